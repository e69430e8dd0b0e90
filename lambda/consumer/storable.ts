import { PoisonEnvelopeError, type Envelope } from '../shared/envelope';
import { otherParams } from '../shared/message-params';
import { maxParams } from '../shared/routes';
import { parseForm, single, type Params } from '../shared/form';
import { isMessageSid } from '../shared/sid';
import { readCloudEvents } from './json-events';
import type { IncomingMessage, Media, OtherEvent, StatusCallback, StorableWebhook } from './ports';
import { receivedStatus, statusOrder } from './status-order';

/**
 * DynamoDB holds 400 KB (409,600 bytes) per item. Twilio percent-encodes, so its forms shrink when decoded and no genuine
 * webhook below the 64 and 256 KiB that ingress lets in comes near: only bodies made of raw control characters or invalid UTF-8
 * grow that far as JSON. Refused here, they say why in the log; at DynamoDB they would be one more ValidationException.
 * The rest is for keys and the small attributes.
 */
const maxContentBytes = 390_000;

/**
 * What is to be stored of an envelope: one item's worth, or one per CloudEvent.
 *
 * The account is that of the verified body, not one of a list: only ingress, which can read the secrets, knows which accounts the
 * stage serves, and the queue's policy lets no one else send. A message forged onto the queue must at least agree with itself.
 * @throws PoisonEnvelopeError naming the field, never quoting it
 */
export const readStorable = (envelope: Envelope): readonly StorableWebhook[] => {
  const storable = envelope.contentType === 'json' ? readJson(envelope) : [readForm(envelope)];
  for (const { content, query } of storable.map((one) => ({
    content: contentBytes(one),
    query: one.query,
  }))) {
    if (content + Buffer.byteLength(query) > maxContentBytes) {
      throw invalid('the item would be larger than the 400 KB that DynamoDB holds');
    }
  }
  return storable;
};

const invalid = (detail: string) => new PoisonEnvelopeError('invalid_field', detail);

/** The query of a GET is the webhook, and its parameters are stored as such: not a second time as its query. */
const delivery = ({ eventId, accountSid, requestId, receivedAt, contentType, query }: Envelope) => ({
  eventId,
  accountSid,
  requestId,
  receivedAt,
  query: contentType === 'query' ? '' : query,
});

const readForm = (envelope: Envelope): StorableWebhook => {
  const params = parseForm(envelope.contentType === 'query' ? envelope.query : envelope.body);
  if (single(params, 'AccountSid') !== envelope.accountSid) {
    throw invalid('AccountSid of the webhook is not the accountSid of the envelope');
  }
  switch (envelope.kind) {
    case 'message':
      return readMessage(envelope, params);
    case 'status':
      return readStatus(envelope, params);
    case 'usage':
    case 'event':
      return { ...delivery(envelope), kind: envelope.kind, content: { params: JSON.stringify(params) } };
  }
};

const readMessage = (envelope: Envelope, params: Params): IncomingMessage => {
  const numMedia = /^\d{1,4}$/.exec(single(params, 'NumMedia') ?? '')?.[0] ?? '0';
  const order = statusOrder(receivedStatus, undefined);
  if (order === undefined) throw new Error('The order of statuses lacks the one of incoming messages.');
  return {
    ...delivery(envelope),
    kind: 'message',
    messageSid: messageSid(params),
    from: required(params, 'From'),
    to: required(params, 'To'),
    body: required(params, 'Body'),
    numMedia: Number(numMedia),
    media: readMedia(params, Number(numMedia)),
    params: JSON.stringify(otherParams(params)),
    // Both, and only together: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
    fallback: params['ErrorCode'] !== undefined && params['ErrorUrl'] !== undefined,
    status: receivedStatus,
    order,
  };
};

const readStatus = (envelope: Envelope, params: Params): StatusCallback => {
  const status = required(params, 'MessageStatus');
  // Both become part of a key.
  if (!/^[A-Za-z_-]{1,64}$/.test(status)) throw invalid('MessageStatus is not 1 to 64 letters, _ or -');
  const errorCode = single(params, 'ErrorCode');
  if (params['ErrorCode'] !== undefined && !/^\d{0,10}$/.test(errorCode ?? 'repeated')) {
    throw invalid('ErrorCode is not a single number of at most 10 digits');
  }
  const code = errorCode === '' ? undefined : errorCode;
  const order = statusOrder(status, code);
  return {
    ...delivery(envelope),
    kind: 'status',
    messageSid: messageSid(params),
    status,
    ...(code === undefined ? {} : { errorCode: code }),
    ...(order === undefined ? {} : { order }),
    from: single(params, 'From') ?? '',
    to: single(params, 'To') ?? '',
    params: JSON.stringify(params),
  };
};

const readJson = (envelope: Envelope): readonly OtherEvent[] => {
  if (envelope.kind !== 'event') throw invalid(`a ${envelope.kind} webhook with a JSON body`);
  const json = envelope.body.toString('utf8');
  const events = readCloudEvents(json);
  if (events === undefined) return [{ ...delivery(envelope), kind: 'event', content: { payload: json } }];
  // A repeated id is one event: Event Streams deliver at least once. The first of them is kept, as for deliveries.
  const firstOfId = new Map<string, OtherEvent>();
  for (const { id, payload, ...attributes } of events) {
    if (!firstOfId.has(id)) {
      firstOfId.set(id, {
        ...delivery(envelope),
        ...attributes,
        eventId: id,
        kind: 'event',
        content: { payload },
      });
    }
  }
  return [...firstOfId.values()];
};

const required = (params: Params, name: string): string => {
  const value = single(params, name);
  if (value === undefined) throw invalid(`${name} is missing or repeated`);
  return value;
};

const messageSid = (params: Params): string => {
  const sid = required(params, 'MessageSid');
  if (!isMessageSid(sid)) throw invalid('MessageSid is not SM or MM and 32 hex digits');
  return sid;
};

/** In Twilio's order, `MediaUrl0` first; one without URL is skipped. `NumMedia` may claim more than a form can hold. */
const readMedia = (params: Params, numMedia: number): readonly Media[] =>
  Array.from({ length: Math.min(numMedia, maxParams) }, (_, index) => ({
    url: single(params, `MediaUrl${index}`) ?? '',
    contentType: single(params, `MediaContentType${index}`) ?? '',
  })).filter(({ url }) => url !== '');

const contentBytes = (storable: StorableWebhook): number => {
  switch (storable.kind) {
    case 'message':
      return [storable.params, storable.body, storable.from, storable.to]
        .concat(storable.media.flatMap(({ url, contentType }) => [url, contentType]))
        .reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);
    case 'status':
      return Buffer.byteLength(storable.params + storable.from + storable.to);
    case 'usage':
    case 'event':
      return Buffer.byteLength(
        'params' in storable.content ? storable.content.params : storable.content.payload,
      );
  }
};
