import { createHash } from 'node:crypto';
import type { RouteName } from '../../lambda/shared/contract/routes';
import type { WireRequest } from './cuts';
import { encodeForm, type Form } from './webhooks';

/** A request as Twilio sends it. */
export interface GenuineWebhook {
  readonly name: string;
  readonly route: RouteName;
  readonly request: WireRequest;
  /** What is signed in addition to the URL. */
  readonly form: Form;
  /** Rows that it leaves, the marker not counted. */
  readonly rows: number;
}

const sid = (prefix: string, digit: string): string => prefix + digit.repeat(32);
const messageSid = sid('SM', 'a');

export const formWebhook = (name: string, route: RouteName, fields: Form, query = '', rows = 1): GenuineWebhook => ({
  name,
  route,
  form: fields,
  rows,
  request: {
    method: 'POST',
    query,
    contentType: 'application/x-www-form-urlencoded',
    body: encodeForm(fields),
  },
});

const get = (name: string, route: RouteName, fields: Form, rows = 1): GenuineWebhook => ({
  name,
  route,
  form: {},
  rows,
  request: { method: 'GET', query: encodeForm(fields), contentType: undefined, body: '' },
});

export const jsonWebhook = (
  name: string,
  body: string,
  { query = '', type = 'json', rows = 1 } = {},
): GenuineWebhook => ({
  name,
  route: 'events',
  form: {},
  rows,
  request: {
    method: 'POST',
    query: `${query}${query === '' ? '' : '&'}bodySHA256=${createHash('sha256').update(body).digest('hex')}`,
    contentType: `application/${type}`,
    body,
  },
});

const cloudEvent = (id: string) => ({
  specversion: '1.0',
  type: 'com.twilio.messaging.message.sent',
  source: '/2010-04-01/Accounts/AC/Messages/SM.json',
  id,
  data: { note: 'a+b & c' },
});

/** Genuine requests of every route, form, query and media type. Each leaves exactly one marker. */
export const genuineWebhooks = (accountSid: string): readonly GenuineWebhook[] => {
  const account = { AccountSid: accountSid, ApiVersion: '2010-04-01' };
  const message = {
    ...account,
    Body: 'hello',
    From: '+15550100001',
    FromCity: '',
    MessageSid: messageSid,
    NumMedia: '0',
    NumSegments: '1',
    To: '+15550100002',
  };
  const callback = {
    ...account,
    From: '+15550100002',
    MessageSid: messageSid,
    MessageStatus: 'undelivered',
    ErrorCode: '30003',
    To: '+15550100001',
  };
  const call = { ...account, CallSid: sid('CA', 'c'), CallStatus: 'completed' };
  return [
    formWebhook('a message', 'messages', message),
    formWebhook('a message to a URL with a query', 'messages', message, 'tenant=7&note=a+b'),
    formWebhook('a message whose text looks like parameters', 'messages', {
      ...message,
      Body: `hello From+15550100066MessageSid${sid('SM', 'b')}NumMedia0To+15550100002`,
    }),
    get('a message by GET', 'messages', message),
    formWebhook('a status callback', 'status', callback, '', 2),
    formWebhook(
      'a status callback with free text',
      'status',
      { ...callback, ChannelStatusMessage: 'Provider said ErrorCode470 MessageStatusread' },
      'order=17',
      2,
    ),
    get('a status callback by GET', 'status', callback, 2),
    formWebhook('a usage trigger', 'usage', {
      ...account,
      CurrentValue: '51.00',
      DateFired: 'Sun, 22 Nov 2026 00:00:00 +0000',
      IdempotencyToken: `${accountSid}-FIRES-UT${'b'.repeat(32)}-2026-11-22`,
      TriggerValue: '50.00',
      UsageTriggerSid: sid('UT', 'b'),
    }),
    formWebhook('an event', 'events', call),
    formWebhook('an event to a URL with a query', 'events', call, 'order=17'),
    formWebhook('an event to a URL with escapes in its query', 'events', call, 'name=Zo%C3%AB&note=a+b+c'),
    formWebhook('an event with a parameter before AccountSid', 'events', { A: '50% +', ...call }, 'order=17'),
    formWebhook('an event without AccountSid', 'events', { interactionSid: sid('KI', 'd'), type: 'Message' }, 'v=1'),
    get('an event by GET', 'events', call),
    jsonWebhook('a step of Studio', '{"choice": "1"}', { query: 'call=CA1&note=a+b' }),
    jsonWebhook('JSON without any other query', '{"id": "", "answer": "yes"}'),
    jsonWebhook('a CloudEvent', JSON.stringify(cloudEvent('EZ1')), { type: 'cloudevents+json' }),
    jsonWebhook('a batch of CloudEvents', JSON.stringify([cloudEvent('EZ2'), cloudEvent('EZ3')]), {
      type: 'cloudevents-batch+json',
      query: 'sink=7',
      rows: 2,
    }),
    formWebhook('a message without MessageSid', 'messages', {
      ...account,
      Body: 'hello',
      From: '+15550100001',
    }),
  ];
};
