import { createHash } from 'node:crypto';
import { bodyText } from './body-text';

/**
 * One event in CloudEvents format. @see
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes
 */
export interface CloudEvent {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  /** Optional. */
  readonly subject: string | undefined;
  readonly data: unknown;
  /** Its JSON, exactly as received and verified. */
  readonly payload: string;
}

export type JsonBody =
  /** One CloudEvent, or a batch of nothing else. */
  | { readonly kind: 'cloud_events'; readonly events: readonly CloudEvent[] }
  /** Any other object or array. */
  | { readonly kind: 'json' }
  | { readonly kind: 'unreadable'; readonly reason: 'not_json' | 'json_without_fields' };

/** Reads a verified JSON body. @see https://www.twilio.com/docs/events/webhook-quickstart */
export const readJsonBody = (body: Buffer): JsonBody => {
  const json = bodyText(body);
  const parsed = json === undefined ? undefined : parse(json);
  if (json === undefined || parsed === undefined) return { kind: 'unreadable', reason: 'not_json' };
  if (typeof parsed !== 'object' || parsed === null) {
    return { kind: 'unreadable', reason: 'json_without_fields' };
  }
  const batch = Array.isArray(parsed) ? (parsed as readonly unknown[]) : undefined;
  const attributes = (batch ?? [parsed]).flatMap((event) => attributesOf(event) ?? []);
  if (attributes.length === 0 || attributes.length < (batch?.length ?? 1)) return { kind: 'json' };
  const payloads = batch === undefined ? [json] : splitJsonArray(json);
  return {
    kind: 'cloud_events',
    events: attributes.map((event, at) => ({ ...event, payload: payloads[at] ?? '' })),
  };
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
};

/** The attributes that the format requires; undefined if the value is not a CloudEvent. */
const attributesOf = (value: unknown): Omit<CloudEvent, 'payload'> | undefined => {
  const source = ownText(value, 'source');
  const id = ownText(value, 'id');
  const type = ownText(value, 'type');
  const isCloudEvent = ownText(value, 'specversion') !== undefined && source && id && type;
  return isCloudEvent ? { source, id, type, subject: ownText(value, 'subject'), data: own(value, 'data') } : undefined;
};

const own = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const ownText = (value: unknown, name: string): string | undefined => {
  const property = own(value, name);
  return typeof property === 'string' && property !== '' ? property : undefined;
};

/**
 * The JSON texts of an array's elements. Parsing and stringifying again would round large numbers and drop repeated
 * names, so that the stored text would differ from the verified one.
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

/** SHA-256 of a JSON text without the white space between its tokens. Numbers keep all their digits. */
export const jsonContentHash = (json: string): string => {
  const hash = createHash('sha256');
  let start = 0;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charAt(at);
    if (character === '"') at = closingQuote(json, at);
    else if (' \t\n\r'.includes(character)) {
      hash.update(json.slice(start, at));
      start = at + 1;
    }
  }
  return hash.update(json.slice(start)).digest('hex');
};
