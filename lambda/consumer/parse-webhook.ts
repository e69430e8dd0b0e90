import { createHash } from 'node:crypto';
import {
  cloudEventSubject,
  formAttributes,
  jsonAttributes,
  type EventAttributes,
} from '../shared/attributes/event-attributes';
import { messageAttributesOf } from '../shared/attributes/message-attributes';
import { PoisonEnvelopeError, type Envelope } from '../shared/payload/envelope';
import { canonicalParams, parseForm, single, type Params } from '../shared/payload/form';
import { isFallback, numMediaOf, otherParams, readMedia } from '../shared/payload/message-params';
import { isAccountSid } from '../shared/payload/sid';
import { cloudEventId, signedTextEventId, usageEventId } from '../shared/contract/table';
import { bodyText } from '../shared/payload/body-text';
import { jsonContentHash, type CloudEvent } from '../shared/payload/cloud-events';
import { readJson, readParams, type Reading, type UnrecognizedReason } from '../shared/payload/reading';
import type { IncomingMessage, OtherEvent, StatusCallback, StoredWebhook } from './ports';
import { receivedStatus, statusOrder } from './status-order';

/**
 * DynamoDB's limit is 400 KB (409,600 bytes) per item; the difference is for keys and the small attributes. Twilio
 * percent-encodes, so its forms shrink when decoded, and no genuine webhook within ingress's limits of 64 and 256 KiB
 * comes near. Only bodies of raw control characters or invalid UTF-8 grow that far as JSON. They are stored as
 * received.
 */
const maxContentBytes = 390_000;

/**
 * The webhooks to store: one, or one for each CloudEvent of a batch.
 *
 * The account is the one of the verified body. It is not checked against a list, because only ingress can read the
 * secrets and so knows the stage's accounts, and the queue's policy lets nobody else send. A message that was forged
 * onto the queue must at least be consistent.
 * @throws PoisonEnvelopeError that names the field and never quotes it
 */
export const parseWebhook = (envelope: Envelope): readonly StoredWebhook[] => {
  const webhooks = envelope.contentType === 'json' ? readJsonBody(envelope) : [readForm(envelope)];
  const isTooLarge = webhooks.some((webhook) => contentBytes(webhook) > maxContentBytes);
  return isTooLarge ? [unrecognizedEvent(envelope, 'too_large_to_parse')] : webhooks;
};

/** The attributes of a message are not counted: they repeat parts of `params`, and an item has room for them. */
const contentBytes = (webhook: StoredWebhook): number =>
  textBytes(webhook) - (webhook.kind === 'message' ? textBytes(webhook.attributes) : 0);

/** Bytes of all texts in a value. */
const textBytes = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((bytes, nested) => bytes + textBytes(nested), 0);
};

const invalid = (detail: string) => new PoisonEnvelopeError('invalid_field', detail);

/** The query of a GET is the webhook itself. It is stored as parameters, not a second time as the query. */
const delivery = ({ accountSid, requestId, receivedAt, contentType, query, idempotencyToken, via }: Envelope) => ({
  accountSid,
  requestId,
  receivedAt,
  query: contentType === 'query' ? '' : query,
  ...(idempotencyToken === undefined ? {} : { idempotencyToken }),
  ...(via === undefined ? {} : { via }),
});

const readForm = (envelope: Envelope): StoredWebhook => {
  const params = parseForm(envelope.contentType === 'query' ? envelope.query : envelope.body);
  const claimed = single(params, 'AccountSid');
  if (isAccountSid(claimed) && claimed !== envelope.accountSid) {
    throw invalid('AccountSid of the webhook is not the accountSid of the envelope');
  }
  const reading = readParams(envelope.kind, params);
  switch (reading.kind) {
    case 'message':
      return incomingMessage(envelope, params, reading);
    case 'status':
      return statusCallback(envelope, params, reading);
    case 'usage':
      return {
        ...delivery(envelope),
        kind: 'usage',
        eventId: usageEventId(reading.idempotencyToken),
        route: envelope.route,
        ...formAttributes(params),
        content: { params: JSON.stringify(params) },
        contentHash: paramsContentHash(params),
      };
    // With more than a canary has, so it is kept.
    case 'canary':
    case 'event':
    case 'cloud_events':
      return signedTextEvent(envelope, { params: JSON.stringify(params) }, formAttributes(params));
    case 'unrecognized':
      return unrecognizedEvent(envelope, reading.reason, formAttributes(params));
  }
};

const incomingMessage = (
  envelope: Envelope,
  params: Params,
  { messageSid }: Extract<Reading, { kind: 'message' }>,
): IncomingMessage => {
  const order = statusOrder(receivedStatus, undefined);
  if (order === undefined) throw new Error(`The order of statuses does not contain "${receivedStatus}".`);
  const numMedia = numMediaOf(params);
  const body = single(params, 'Body');
  return {
    ...delivery(envelope),
    kind: 'message',
    messageSid,
    from: single(params, 'From') ?? '',
    to: single(params, 'To') ?? '',
    ...(body === undefined ? {} : { body }),
    numMedia,
    media: readMedia(params, numMedia),
    params: JSON.stringify(otherParams(params)),
    attributes: messageAttributesOf(params),
    fallback: isFallback(params),
    status: receivedStatus,
    order,
  };
};

const statusCallback = (
  envelope: Envelope,
  params: Params,
  { messageSid, status, errorCode }: Extract<Reading, { kind: 'status' }>,
): StatusCallback => {
  const order = statusOrder(status, errorCode);
  return {
    ...delivery(envelope),
    kind: 'status',
    messageSid,
    status,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(order === undefined ? {} : { order }),
    from: single(params, 'From') ?? '',
    to: single(params, 'To') ?? '',
    params: JSON.stringify(params),
  };
};

const readJsonBody = (envelope: Envelope): readonly OtherEvent[] => {
  if (envelope.kind !== 'event') throw invalid(`a ${envelope.kind} webhook with a JSON body`);
  const reading = readJson(envelope.body);
  switch (reading.kind) {
    case 'cloud_events':
      return reading.events.map((event) => cloudEvent(envelope, event));
    case 'unrecognized':
      return [unrecognizedEvent(envelope, reading.reason)];
    case 'canary':
    case 'event':
    case 'message':
    case 'status':
    case 'usage':
      return [signedTextEvent(envelope, rawContent(envelope.body), attributesOfJson(envelope.body))];
  }
};

/** JSON, but not a CloudEvent: few products send it. */
const attributesOfJson = (body: Buffer): EventAttributes =>
  jsonAttributes(JSON.parse(body.toString('utf8')) as unknown);

const cloudEvent = (envelope: Envelope, event: CloudEvent): OtherEvent => {
  const { source, id, type, payload } = event;
  const subject = cloudEventSubject(event);
  return {
    ...delivery(envelope),
    kind: 'event',
    eventId: cloudEventId(source, id),
    route: envelope.route,
    ...(subject === undefined ? {} : { subject }),
    type,
    source,
    content: { payload },
    contentHash: jsonContentHash(payload),
  };
};

const signedTextEvent = (
  envelope: Envelope,
  content: OtherEvent['content'],
  attributes: EventAttributes = {},
): OtherEvent => ({
  ...delivery(envelope),
  kind: 'event',
  eventId: signedTextEventId(envelope.signedTextHash),
  route: envelope.route,
  ...attributes,
  content,
  // One signed text has one content.
  contentHash: envelope.signedTextHash,
});

/** Stored as received: the body of a POST, the query of a GET. */
const unrecognizedEvent = (
  envelope: Envelope,
  reason: UnrecognizedReason,
  attributes: EventAttributes = {},
): OtherEvent => ({
  ...signedTextEvent(envelope, rawContent(envelope.body), attributes),
  kind: 'unrecognized',
  reason,
  query: envelope.query,
});

const rawContent = (body: Buffer): OtherEvent['content'] => {
  const payload = bodyText(body);
  return payload === undefined || Buffer.byteLength(payload) > maxContentBytes
    ? { payloadBase64: body.toString('base64') }
    : { payload };
};

/** Without the two parameters that only a fallback delivery of the same event has. */
const paramsContentHash = (params: Params): string => {
  const fallback = isFallback(params) ? ['ErrorCode', 'ErrorUrl'] : [];
  const content = canonicalParams(params).filter(([name]) => !fallback.includes(name));
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
};
