import { single, type Params } from '../payload/form';
import { twilioProducts, type EventTypeRule } from './twilio-products';

/** Attributes for queries of events other than messages. They have no personal data, only SIDs and Twilio's names. */
export interface EventAttributes {
  /** The SID of the resource that the event is about. */
  readonly subject?: string;
  /** The type of the event, such as `call.completed`. */
  readonly type?: string;
}

/**
 * The texts of a webhook by the names of their parameters. Twilio writes `TaskSid`, `task_sid` and `taskSid`, depending
 * on the product, so names have neither capitals nor underscores here.
 */
type Texts = ReadonlyMap<string, string>;

const plainName = (name: string): string => name.replaceAll('_', '').toLowerCase();

const plainRule = ({ event, resource, status = [], always }: EventTypeRule) => ({
  event: event && plainName(event),
  resource,
  status: status.map(plainName),
  always,
});

const products = twilioProducts.map(({ has, subject, type }) => ({
  has: has.map(plainName),
  subject: subject.map(plainName),
  type: plainRule(type),
}));

/** Two letters and 32 hexadecimal digits. Not the SID of an account, because every item has one. */
const sid = /^(?!AC)[A-Z]{2}[0-9a-fA-F]{32}$/;
/** A name, not a number of a person: a letter first, and no five digits in a row. */
const name = /^(?!.*\d{5})[A-Za-z][\w.-]{0,63}$/;

/** Of a form, or of the query of a GET. */
export const formAttributes = (params: Params): EventAttributes =>
  attributesOf(textsOf(Object.keys(params).map((key) => [key, single(params, key)])));

/** Of a JSON value that is not a CloudEvent. */
export const jsonAttributes = (value: unknown): EventAttributes => attributesOf(textsOf(entriesOf(value)));

/** Of a CloudEvent, whose type is its own: the SID in its data, its subject, or the last SID in its source. */
export const cloudEventSubject = (event: {
  readonly data: unknown;
  readonly subject: string | undefined;
  readonly source: string;
}): string | undefined => {
  const inSource = event.source.split(/[/.]/).findLast(isSid);
  return attributesOf(textsOf(entriesOf(event.data))).subject ?? (isSid(event.subject) ? event.subject : inSource);
};

const isSid = (value: string | undefined): value is string => value !== undefined && sid.test(value);

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

const textsOf = (entries: readonly (readonly [string, unknown])[]): Texts => {
  const texts = new Map<string, string>();
  for (const [key, value] of entries) {
    if (typeof value === 'string' && !texts.has(plainName(key))) texts.set(plainName(key), value);
  }
  return texts;
};

const attributesOf = (texts: Texts): EventAttributes => {
  const product = products.find(({ has }) => has.length === 0 || has.some((param) => texts.has(param)));
  const subject = product?.subject.map((param) => texts.get(param)).find(isSid);
  const type = product && typeOf(product.type, texts);
  return { ...(subject !== undefined && { subject }), ...(type !== undefined && name.test(type) && { type }) };
};

const typeOf = (
  { event, resource, status, always }: ReturnType<typeof plainRule>,
  texts: Texts,
): string | undefined => {
  const own = always ?? (event && texts.get(event));
  if (own !== undefined || resource === undefined) return own;
  const value = status.map((param) => texts.get(param)).find((text) => text !== undefined && name.test(text));
  return value && `${resource}.${value.toLowerCase()}`;
};
