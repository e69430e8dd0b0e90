import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { accountA, baseUrl, twilioSignature, tokenA, webhookEvent, type Fields } from '../unit/ingress/fakes';
import { bodyHash } from '../../lambda/shared/signature/body-hash';

/** Made-up webhooks, the same in every run. `docs/data-model.md` shows the items that they become. */
const messageSid = `SM${'1'.repeat(32)}`;
const sentSid = `SM${'2'.repeat(32)}`;
const triggerSid = `UT${'3'.repeat(32)}`;
const address = { from: '+15550100001', to: '+15550100002' };

interface Request {
  readonly requestId: string;
  readonly idempotencyToken?: string;
}

const withRequest = (event: APIGatewayProxyEventV2, request: Request): APIGatewayProxyEventV2 => ({
  ...event,
  headers: {
    ...event.headers,
    ...(request.idempotencyToken === undefined ? {} : { 'i-twilio-idempotency-token': request.idempotencyToken }),
  },
  requestContext: { ...event.requestContext, requestId: request.requestId },
});

const json = (text: string, requestId: string): APIGatewayProxyEventV2 => {
  const query = `bodySHA256=${bodyHash(Buffer.from(text))}`;
  const headers = {
    'content-type': 'application/json',
    'x-twilio-signature': twilioSignature(tokenA, `${baseUrl}/events?${query}`),
  };
  const event = webhookEvent({ route: 'events', fields: {}, query, rawBody: text, headers });
  return withRequest(event, { requestId });
};

const cloudEvent = (status: string): string =>
  JSON.stringify({
    specversion: '1.0',
    type: 'com.twilio.messaging.message.delivered',
    source: `/2010-04-01/Accounts/${accountA}/Messages/${sentSid}.json`,
    id: `EZ${'4'.repeat(32)}`,
    time: '2026-01-31T09:59:58.000Z',
    data: { status },
  });

const usage: Fields = {
  AccountSid: accountA,
  UsageTriggerSid: triggerSid,
  IdempotencyToken: `${accountA}-FIRES-${triggerSid}-2026-01-31`,
  CurrentValue: '51.20',
  TriggerValue: '50.00',
  DateFired: 'Sat, 31 Jan 2026 10:00:00 +0000',
  UsageCategory: 'totalprice',
  Recurring: 'daily',
  TriggerBy: 'price',
};
const usageEvent = (fields: Fields, requestId: string): APIGatewayProxyEventV2 =>
  withRequest(webhookEvent({ route: 'usage', fields }), { requestId });

export const documentedWebhooks: Readonly<Record<string, APIGatewayProxyEventV2>> = {
  message: withRequest(
    webhookEvent({
      fields: {
        AccountSid: accountA,
        ApiVersion: '2010-04-01',
        MessageSid: messageSid,
        From: address.from,
        To: address.to,
        Body: 'Is this the one?',
        NumMedia: '1',
        MediaUrl0: 'https://media.example.com/photo.jpg',
        MediaContentType0: 'image/jpeg',
        NumSegments: '1',
      },
    }),
    { requestId: 'request-message', idempotencyToken: 'c0ffee00-0000-4000-8000-000000000001' },
  ),
  status: withRequest(
    webhookEvent({
      route: 'status',
      query: 'order=17',
      fields: {
        AccountSid: accountA,
        ApiVersion: '2010-04-01',
        MessageSid: sentSid,
        MessageStatus: 'undelivered',
        ErrorCode: '30003',
        From: address.to,
        To: address.from,
      },
    }),
    { requestId: 'request-status' },
  ),
  usage: usageEvent(usage, 'request-usage'),
  drill: usageEvent({ ...usage, IdempotencyToken: 'drill-0001', GatewayDrill: '1' }, 'request-drill'),
  cloudEvent: json(cloudEvent('delivered'), 'request-cloudevent'),
  otherContent: json(cloudEvent('undelivered'), 'request-other-content'),
  event: withRequest(
    webhookEvent({
      route: 'events',
      query: 'call=1',
      fields: { AccountSid: accountA, CallSid: `CA${'5'.repeat(32)}`, CallStatus: 'completed' },
    }),
    { requestId: 'request-event' },
  ),
  unrecognized: withRequest(
    webhookEvent({ fields: { AccountSid: accountA, From: address.from, To: address.to, Body: 'No SID' } }),
    { requestId: 'request-unrecognized' },
  ),
  whatsapp: withRequest(
    webhookEvent({
      fields: {
        AccountSid: accountA,
        MessageSid: `SM${'7'.repeat(32)}`,
        From: `whatsapp:${address.from}`,
        To: `whatsapp:${address.to}`,
        Body: 'Yes, please',
        MessageType: 'button',
        ButtonText: 'Yes, please',
        ButtonPayload: 'confirm-17',
        ProfileName: 'Example Person',
        WaId: '15550100001',
      },
    }),
    { requestId: 'request-whatsapp' },
  ),
  optOut: withRequest(
    webhookEvent({
      fields: {
        AccountSid: accountA,
        MessageSid: `SM${'9'.repeat(32)}`,
        MessagingServiceSid: `MG${'8'.repeat(32)}`,
        From: address.from,
        To: address.to,
        Body: 'Stop',
        OptOutType: 'STOP',
      },
    }),
    { requestId: 'request-stop' },
  ),
};
