import { createHash } from 'node:crypto';
import { isAccountSid } from './sid';
import { routeNames, webhookKinds, type RouteName, type WebhookKind } from '../contract/routes';
import { tokenSlots, type TokenSlot } from '../contract/token-slots';

/** Where a webhook's parameters are: in a form body, in a JSON body, or in the query of a GET, whose body is empty. */
export const paramSources = ['form', 'json', 'query'] as const;
export type ParamSource = (typeof paramSources)[number];

/** How a webhook came, if not to its own URL: through the fallback lane, or made from Twilio's list. */
export const deliveryWays = ['fallback', 'backfill'] as const;
export type DeliveryWay = (typeof deliveryWays)[number];

/**
 * A verified webhook between ingress and consumer. Only this file knows its format on the queue.
 * `test/fixtures/envelopes/` has examples of every version, so that an old dead letter always decodes.
 */
export interface Envelope {
  /** Names the webhook in logs and lists. */
  readonly eventId: string;
  /** SHA-256, hexadecimal, of the exact text that Twilio signed: the same for every request that has this signature. */
  readonly signedTextHash: string;
  readonly kind: WebhookKind;
  readonly route: RouteName;
  readonly accountSid: string;
  readonly contentType: ParamSource;
  /** The exact bytes that were verified. */
  readonly body: Buffer;
  /** The query string as received, without `?`; empty where there was none. */
  readonly query: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
  /** API Gateway's request id, which is in both functions' logs. */
  readonly requestId: string;
  /** The version of the account's secret whose key verified the webhook. */
  readonly tokenSlot: TokenSlot;
  /** Twilio's `I-Twilio-Idempotency-Token`. It is not signed, so it is only shown to people and never a key. */
  readonly idempotencyToken?: string;
  /** Absent for a webhook that came to its own URL. */
  readonly via?: DeliveryWay;
}

const schemaVersion = 2;

/**
 * This version of the code can never process the message, however often it is redelivered: it belongs in the
 * dead-letter queue.
 */
export class PoisonEnvelopeError extends Error {
  override readonly name = 'PoisonEnvelopeError';
  constructor(
    readonly code: 'not_json' | 'not_an_envelope' | 'unknown_version' | 'invalid_field' | 'other_reading',
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}

/** A body stays readable text if that is at most this much larger than its base64. */
const escapeAllowanceBytes = 4096;

const escapeNonAscii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * ASCII-only JSON, at most a third and a few kilobytes larger than the body. SQS refuses U+FFFE, U+FFFF and most
 * control characters, and `JSON.stringify` does not escape the first two.
 */
export const encodeEnvelope = (envelope: Envelope): string => {
  const text = envelope.body.toString('utf8');
  // Text, so that people can read a dead letter, unless escapes would make it much larger than base64.
  const isText =
    Buffer.from(text, 'utf8').equals(envelope.body) &&
    escapeNonAscii(JSON.stringify(text)).length <= Math.ceil(envelope.body.length / 3) * 4 + escapeAllowanceBytes;
  const { body, ...rest } = envelope;
  const json = JSON.stringify({
    schemaVersion,
    ...rest,
    body: isText ? text : body.toString('base64'),
    bodyEncoding: isText ? 'utf8' : 'base64',
  });
  return escapeNonAscii(json);
};

/**
 * @throws PoisonEnvelopeError that names the wrong field and never quotes the content
 */
export const decodeEnvelope = (message: string): Envelope => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch (cause) {
    // V8 quotes the input in its message, so the cause is named, not chained.
    throw new PoisonEnvelopeError('not_json', `the message body is not JSON (${(cause as Error).name})`);
  }
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, 'schemaVersion')) {
    throw new PoisonEnvelopeError('not_an_envelope', 'the message has no schemaVersion');
  }
  const fields = parsed as Readonly<Record<string, unknown>>;
  switch (fields['schemaVersion']) {
    case schemaVersion:
      return decodeFields(fields);
    case 1:
      return decodeFields({ ...fields, signedTextHash: substituteTextHash(fields) });
    default:
      throw new PoisonEnvelopeError(
        'unknown_version',
        `schemaVersion is not 1 or ${String(schemaVersion)}; a newer consumer may know it: upgrade, then redrive`,
      );
  }
};

/** Version 1 did not carry the hash of the signed text. This one is equal for equal content. */
const substituteTextHash = ({ route, query, body }: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(JSON.stringify([route, query, body]))
    .digest('hex');

const decodeFields = (fields: Readonly<Record<string, unknown>>): Envelope => {
  const text = (name: string): string => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value !== 'string') throw new PoisonEnvelopeError('invalid_field', `${name} is not a string`);
    return value;
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T => {
    const value = text(name);
    const known = allowed.find((candidate) => candidate === value);
    if (known === undefined) {
      throw new PoisonEnvelopeError('invalid_field', `${name} is not one of ${allowed.join(', ')}`);
    }
    return known;
  };
  const accountSid = text('accountSid');
  if (!isAccountSid(accountSid)) throw new PoisonEnvelopeError('invalid_field', 'accountSid is not an account SID');
  const receivedAt = text('receivedAt');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(receivedAt) || Number.isNaN(Date.parse(receivedAt))) {
    throw new PoisonEnvelopeError('invalid_field', 'receivedAt is not an ISO 8601 time with milliseconds in UTC');
  }
  const eventId = text('eventId');
  if (eventId === '' || eventId.length > 1024) {
    throw new PoisonEnvelopeError('invalid_field', 'eventId is empty or longer than 1,024 characters');
  }
  const signedTextHash = text('signedTextHash');
  if (!/^[0-9a-f]{64}$/.test(signedTextHash)) {
    throw new PoisonEnvelopeError('invalid_field', 'signedTextHash is not 64 hexadecimal digits');
  }
  return {
    eventId,
    signedTextHash,
    kind: oneOf('kind', webhookKinds),
    route: oneOf('route', routeNames),
    accountSid,
    contentType: oneOf('contentType', paramSources),
    body: Buffer.from(text('body'), oneOf('bodyEncoding', ['utf8', 'base64'] as const)),
    query: text('query'),
    receivedAt,
    requestId: text('requestId'),
    tokenSlot: oneOf('tokenSlot', tokenSlots),
    ...(Object.hasOwn(fields, 'idempotencyToken') ? { idempotencyToken: text('idempotencyToken') } : {}),
    ...(Object.hasOwn(fields, 'via') ? { via: oneOf('via', deliveryWays) } : {}),
  };
};
