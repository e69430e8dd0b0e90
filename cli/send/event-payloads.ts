import { form, type Payload, type PayloadBasics } from './twilio-payloads';

/** A form for the route of everything that has none of its own. */
export const eventForm = (sid: string, params: Readonly<Record<string, string>>): Payload => ({
  route: 'events',
  kind: 'event',
  sid,
  content: form(params),
});

/** A batch of Event Streams with one CloudEvent. @see https://www.twilio.com/docs/events/event-types */
export const eventBatch = (sid: string, event: Readonly<Record<string, unknown>>): Payload => ({
  route: 'events',
  kind: 'event',
  sid,
  content: { type: 'json', value: [{ specversion: '1.0', datacontenttype: 'application/json', ...event }] },
});

type Identity = Pick<PayloadBasics, 'accountSid' | 'sid' | 'now'>;

/** A usage trigger that has fired. @see https://www.twilio.com/docs/usage/api/usage-trigger */
export const usageTrigger = ({ accountSid, sid, now }: Identity): Payload => {
  const date = now.toISOString().slice(0, 10);
  return {
    route: 'usage',
    kind: 'usage',
    sid,
    content: form({
      AccountSid: accountSid,
      UsageTriggerSid: sid,
      DateFired: now.toUTCString().replace('GMT', '+0000'),
      Recurring: 'daily',
      UsageCategory: 'sms',
      TriggerBy: 'price',
      TriggerValue: '50.000000',
      CurrentValue: '50.007500',
      UsageRecordUri:
        `/2010-04-01/Accounts/${accountSid}/Usage/Records/Daily.json` +
        `?Category=sms&StartDate=${date}&EndDate=${date}`,
      IdempotencyToken: `${accountSid}-FIRES-${sid}-${date}`,
    }),
  };
};

/** The Debugger's webhook. @see https://www.twilio.com/docs/usage/troubleshooting/debugging-event-webhooks */
export const debuggerEvent = ({ accountSid, sid, now, body }: Identity & { readonly body: string }): Payload =>
  eventForm(sid, {
    ParentAccountSid: '',
    Payload: JSON.stringify({
      resource_sid: sid,
      service_sid: null,
      error_code: '11200',
      more_info: { Msg: body },
    }),
    Level: 'ERROR',
    Timestamp: now.toISOString(),
    PayloadType: 'application/json',
    AccountSid: accountSid,
    Sid: sid,
  });

/** A received message, as Event Streams reports it. */
export const eventStreamsBatch = ({ accountSid, sid, from, to, body, now }: PayloadBasics): Payload =>
  eventBatch(sid, {
    type: 'com.twilio.messaging.inbound-message.received',
    source: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`,
    id: sid,
    dataschema: 'https://events-schemas.twilio.com/Messaging.InboundMessageV1/1',
    time: now.toISOString(),
    data: { accountSid, from, to, body, timestamp: now.toISOString() },
  });
