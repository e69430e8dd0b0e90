import { form, type Payload, type PayloadBasics } from './twilio-payloads';

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
export const debuggerEvent = ({ accountSid, sid, now, body }: Identity & { readonly body: string }): Payload => ({
  route: 'events',
  kind: 'event',
  sid,
  content: form({
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
  }),
});

/** A batch of Event Streams with one CloudEvent. @see https://www.twilio.com/docs/events/event-types */
export const eventStreamsBatch = (basics: PayloadBasics): Payload => ({
  route: 'events',
  kind: 'event',
  sid: basics.sid,
  content: {
    type: 'json',
    value: [
      {
        specversion: '1.0',
        type: 'com.twilio.messaging.inbound-message.received',
        source: `/2010-04-01/Accounts/${basics.accountSid}/Messages/${basics.sid}.json`,
        id: basics.sid,
        dataschema: 'https://events-schemas.twilio.com/Messaging.InboundMessageV1/1',
        datacontenttype: 'application/json',
        time: basics.now.toISOString(),
        data: {
          accountSid: basics.accountSid,
          from: basics.from,
          to: basics.to,
          body: basics.body,
          timestamp: basics.now.toISOString(),
        },
      },
    ],
  },
});
