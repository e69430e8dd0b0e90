import { createHash, randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import {
  account,
  apiGatewayEvent,
  encodeForm,
  publicBaseUrl,
  signed,
  smsForm,
  statusForm,
  type Form,
} from '../../webhooks';

/** The webhooks that have a price. */
export const webhookKinds = ['sms', 'large sms', 'first callback', 'later callback', 'event'] as const;
export type WebhookKind = (typeof webhookKinds)[number];

interface Requests {
  /** Arrive before the others, and are not measured. */
  readonly before: readonly APIGatewayProxyEventV2[];
  readonly measured: readonly APIGatewayProxyEventV2[];
}

/** API Gateway's id of a request: 16 characters. */
const requestId = (): string => randomBytes(11).toString('base64');

export const toRoute = (route: RouteName, event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 => ({
  ...event,
  routeKey: `ANY /${route}`,
  rawPath: `/prod/${route}`,
  requestContext: {
    ...event.requestContext,
    requestId: requestId(),
    routeKey: `ANY /${route}`,
    http: { ...event.requestContext.http, path: `/prod/${route}` },
  },
});

const urlOf = (route: RouteName): string => `${publicBaseUrl}/${route}`;

const formRequest = (route: 'messages' | 'status', form: Form): APIGatewayProxyEventV2 =>
  toRoute(route, apiGatewayEvent(encodeForm(form), signed(form, urlOf(route))));

/** A batch of Event Streams with one event: JSON, whose hash is in the signed query. */
const eventRequest = (): APIGatewayProxyEventV2 => {
  const id = randomBytes(16).toString('hex');
  const body = JSON.stringify([
    {
      specversion: '1.0',
      datacontenttype: 'application/json',
      type: 'com.twilio.messaging.message.delivered',
      source: `/${account.accountSid}/SM${id}`,
      id: `EZ${id}`,
      dataschema: 'https://events-schemas.twilio.com/Messaging.MessageStatus/1.0.json',
      time: '2026-11-24T10:00:00.000Z',
      data: { accountSid: account.accountSid, messageSid: `SM${id}`, messageStatus: 'delivered', to: '+15550100001' },
    },
  ]);
  const query = `bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  const event = apiGatewayEvent(body, signed({}, `${urlOf('events')}?${query}`), query);
  return toRoute('events', { ...event, headers: { ...event.headers, 'content-type': 'application/json' } });
};

const times = <T>(count: number, create: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => create(at));

/** Of a conversation of its own, so that no two wait for each other. */
const address = (at: number): string => `+1555010${1000 + at}`;
const sender = (at: number): Form => ({ From: address(at) });

/** An SMS whose form has this many bytes. */
const formOf = (bytes: number, changes: Form): Form => {
  const missing = bytes - encodeForm(smsForm({ ...changes, Body: '' })).length;
  return smsForm({ ...changes, Body: 'a'.repeat(missing) });
};

/** @returns callbacks with a status, of the same messages each time */
const callbacks = (count: number) => {
  const sids = times(count, () => `SM${randomBytes(16).toString('hex')}`);
  return (status: string): readonly APIGatewayProxyEventV2[] =>
    sids.map((MessageSid, at) =>
      formRequest(
        'status',
        statusForm({
          MessageSid,
          SmsSid: MessageSid,
          To: address(at),
          SmsStatus: status,
          MessageStatus: status,
        }),
      ),
    );
};

/** @returns requests of one kind, of different messages */
export const requestsOf = (kind: WebhookKind, count: number): Requests => {
  switch (kind) {
    case 'sms':
      return {
        before: [],
        measured: times(count, (at) => formRequest('messages', smsForm(sender(at)))),
      };
    case 'large sms':
      return { before: [], measured: times(count, (at) => formRequest('messages', formOf(1024, sender(at)))) };
    case 'first callback':
      return { before: [], measured: callbacks(count)('sent') };
    case 'later callback': {
      const withStatus = callbacks(count);
      return { before: withStatus('sent'), measured: withStatus('delivered') };
    }
    case 'event':
      return { before: [], measured: times(count, eventRequest) };
  }
};
