import { PoisonEnvelopeError } from '../shared/envelope';

export interface CloudEvent {
  readonly id: string;
  readonly type?: string;
  readonly source?: string;
  /** Its JSON, character for character as it was received and verified. */
  readonly payload: string;
}

/** As ingress allows; DynamoDB's partition key holds 2,048 bytes. */
const maxIdLength = 512;

/**
 * The CloudEvents of an Event Streams delivery. A lone object without `id` is no CloudEvent, and neither is an empty
 * array: both give `undefined` and are stored as one event under the delivery's own id.
 * @throws PoisonEnvelopeError where an element could not be stored under an id of its own
 * @see https://www.twilio.com/docs/events/webhook-quickstart
 */
export const readCloudEvents = (json: string): readonly CloudEvent[] | undefined => {
  const parsed = parse(json);
  if (!Array.isArray(parsed)) {
    return idOf(parsed) === undefined ? undefined : [cloudEvent(json)];
  }
  if (parsed.length === 0) return undefined;
  return splitJsonArray(json).map(cloudEvent);
};

const cloudEvent = (json: string): CloudEvent => {
  const event = parse(json);
  const id = idOf(event);
  if (id === undefined || id === '' || id.length > maxIdLength) {
    throw new PoisonEnvelopeError(
      'invalid_field',
      `an event of the batch has no id of 1 to ${maxIdLength} characters`,
    );
  }
  const type = ownText(event, 'type');
  const source = ownText(event, 'source');
  return {
    id,
    ...(type === undefined ? {} : { type }),
    ...(source === undefined ? {} : { source }),
    payload: json,
  };
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    // V8 quotes the input in its message, so the cause is named, not chained.
    throw new PoisonEnvelopeError(
      'invalid_field',
      `the webhook's body is not JSON (${(cause as Error).name})`,
    );
  }
};

const ownText = (value: unknown, name: string): string | undefined => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const property: unknown = (value as Readonly<Record<string, unknown>>)[name];
  return typeof property === 'string' ? property : undefined;
};

const idOf = (value: unknown): string | undefined => ownText(value, 'id');

/**
 * The texts of an array's elements. Parsing and stringifying again would round large numbers and drop repeated names,
 * and then what is stored is no longer what was proven.
 * @param json a valid, non-empty JSON array
 */
export const splitJsonArray = (json: string): readonly string[] => {
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charAt(at);
    if (character === '"') at = closingQuote(json, at);
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth === 1) start = at + 1;
    } else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth === 0) elements.push(json.slice(start, at).trim());
    } else if (character === ',' && depth === 1) {
      elements.push(json.slice(start, at).trim());
      start = at + 1;
    }
  }
  return elements;
};

const closingQuote = (json: string, openingQuote: number): number => {
  let at = openingQuote + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
};
