import { createHash } from 'node:crypto';
import type { QueueRecord } from '../../../lambda/shared/runtime/batch';
import type { IncomingMessage, OtherEvent, StatusCallback } from '../../../lambda/consumer/ports';
import { statusOrder } from '../../../lambda/consumer/status-order';
import { encodeEnvelope, type Envelope } from '../../../lambda/shared/payload/envelope';

/** Made-up webhooks: tests state only what they vary. */
export const accountSid = `AC${'1'.repeat(32)}`;
export const otherAccountSid = `AC${'2'.repeat(32)}`;
export const from = '+15550100001';
export const to = '+15550100002';

let sids = 0;
/** A message SID that no other test of the process has. */
export const nextMessageSid = (): string => {
  sids += 1;
  return `SM${sids.toString(16).padStart(32, '0')}`;
};

/** A time of the test's day. */
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();

let requests = 0;
const nextRequestId = (): string => {
  requests += 1;
  return `request-${String(requests).padStart(8, '0')}`;
};

export const incoming = (varied: Partial<IncomingMessage> & { readonly messageSid: string }): IncomingMessage => ({
  kind: 'message',
  accountSid,
  requestId: nextRequestId(),
  receivedAt: at(0),
  query: '',
  from,
  to,
  body: 'héllo 🌍',
  numMedia: 0,
  media: [],
  params: '{"Body":"héllo 🌍"}',
  attributes: {},
  fallback: false,
  status: 'received',
  order: statusOrder('received', undefined) ?? 0,
  ...varied,
});

export const callback = (messageSid: string, status: string, varied: Partial<StatusCallback> = {}): StatusCallback => {
  const order = statusOrder(status, varied.errorCode);
  return {
    kind: 'status',
    accountSid,
    requestId: nextRequestId(),
    receivedAt: at(0),
    query: 'order=17',
    messageSid,
    status,
    ...(order === undefined ? {} : { order }),
    from,
    to,
    params: JSON.stringify({ MessageStatus: status }),
    ...varied,
  };
};

export const otherEvent = (varied: Partial<OtherEvent> & { readonly eventId: string }): OtherEvent => ({
  kind: 'event',
  accountSid,
  requestId: nextRequestId(),
  receivedAt: at(0),
  query: '',
  route: 'events',
  content: { payload: '{"a":1}' },
  contentHash: 'hash of {"a":1}',
  ...varied,
});

const urlEncoded = (form: Readonly<Record<string, string>>) => Buffer.from(new URLSearchParams(form).toString());

/** The text that Twilio signed is the same for equal content on one route. */
const textHash = ({ route, query, body }: Pick<Envelope, 'route' | 'query' | 'body'>): string =>
  createHash('sha256').update(`${route}?${query} `).update(body).digest('hex');

export const envelope = (varied: Partial<Envelope> = {}): Envelope => {
  const whole = { ...anyEnvelope(), ...varied };
  return { ...whole, signedTextHash: varied.signedTextHash ?? textHash(whole) };
};

const anyEnvelope = (): Omit<Envelope, 'signedTextHash'> => ({
  eventId: 'event-1',
  kind: 'event',
  route: 'events',
  accountSid,
  contentType: 'form',
  body: urlEncoded({ AccountSid: accountSid }),
  query: '',
  receivedAt: at(0),
  requestId: nextRequestId(),
  tokenSlot: 'current',
});

/** The form of an incoming message, with parameters added, replaced, or (undefined) left out. */
export const messageEnvelope = (
  messageSid: string,
  form: Readonly<Record<string, string | undefined>> = {},
): Envelope =>
  envelope({
    eventId: messageSid,
    kind: 'message',
    route: 'messages',
    body: urlEncoded(
      present({
        AccountSid: accountSid,
        MessageSid: messageSid,
        From: from,
        To: to,
        Body: 'hi',
        NumMedia: '0',
        ...form,
      }),
    ),
  });

export const statusEnvelope = (
  messageSid: string,
  status: string,
  form: Readonly<Record<string, string | undefined>> = {},
): Envelope =>
  envelope({
    eventId: `${messageSid}#${status}#${form['ErrorCode'] ?? '-'}`,
    kind: 'status',
    route: 'status',
    body: urlEncoded(
      present({
        AccountSid: accountSid,
        MessageSid: messageSid,
        MessageStatus: status,
        From: from,
        To: to,
        ...form,
      }),
    ),
  });

export const usageEnvelope = (
  idempotencyToken: string,
  form: Readonly<Record<string, string | undefined>> = {},
): Envelope =>
  envelope({
    kind: 'usage',
    route: 'usage',
    body: urlEncoded(
      present({
        AccountSid: accountSid,
        UsageTriggerSid: `UT${'3'.repeat(32)}`,
        IdempotencyToken: idempotencyToken,
        ...form,
      }),
    ),
  });

export const jsonEnvelope = (body: string): Envelope => envelope({ contentType: 'json', body: Buffer.from(body) });

const present = (form: Readonly<Record<string, string | undefined>>): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(form)) if (value !== undefined) kept[name] = value;
  return kept;
};

/** A queue message; `body` is an envelope, or any other text that someone put on the queue. */
export const queueRecord = (messageId: string, body: Envelope | string, receiveCount = 1): QueueRecord => ({
  messageId,
  receiptHandle: `handle of ${messageId}`,
  body: typeof body === 'string' ? body : encodeEnvelope(body),
  attributes: { ApproximateReceiveCount: String(receiveCount) },
});
