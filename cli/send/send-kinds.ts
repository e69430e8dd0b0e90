import { randomBytes } from 'node:crypto';
import type { Payload } from './twilio-payloads';
import { incomingMessage, incomingWhatsapp, statusCallback } from './twilio-payloads';
import { debuggerEvent, eventStreamsBatch, usageTrigger } from './event-payloads';
import { ownNumber, person } from './options';

/** What a form asks for. Everything has a default. */
export interface SendValues {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly body?: string | undefined;
  readonly media?: readonly string[] | undefined;
  readonly sid?: string | undefined;
  readonly status?: string | undefined;
  readonly errorCode?: string | undefined;
}

/** A kind of webhook that can be sent without knowing its parameters. */
export interface SendKind {
  /** The subcommand of `send`. */
  readonly kind: string;
  readonly title: string;
  readonly fields: readonly (keyof SendValues)[];
  /** What its SID may begin with; the first one is made up where none is given. */
  readonly sidPrefixes: readonly [string, ...string[]];
  readonly payload: (values: SendValues & { readonly sid: string }, accountSid: string, now: Date) => Payload;
}

const exampleMedia = 'https://media.example.com/picture.jpg';
const exampleText = 'Hello';

/** From the person to the gateway's owner, or the other way round for what the owner has sent. */
const addresses = ({ from, to }: SendValues, isOutbound = false) => ({
  from: from ?? (isOutbound ? ownNumber : person),
  to: to ?? (isOutbound ? person : ownNumber),
});

export const sendKinds: readonly SendKind[] = [
  {
    kind: 'sms',
    title: 'Incoming SMS',
    fields: ['from', 'to', 'body', 'sid'],
    sidPrefixes: ['SM', 'MM'],
    payload: (values, accountSid, now) =>
      incomingMessage({ ...addresses(values), body: values.body ?? exampleText, sid: values.sid, accountSid, now }, []),
  },
  {
    kind: 'mms',
    title: 'Incoming MMS',
    fields: ['from', 'to', 'body', 'media', 'sid'],
    sidPrefixes: ['MM', 'SM'],
    payload: (values, accountSid, now) =>
      incomingMessage(
        { ...addresses(values), body: values.body ?? exampleText, sid: values.sid, accountSid, now },
        values.media ?? [exampleMedia],
      ),
  },
  {
    kind: 'whatsapp',
    title: 'Incoming WhatsApp message',
    fields: ['from', 'to', 'body', 'media', 'sid'],
    sidPrefixes: ['SM', 'MM'],
    payload: (values, accountSid, now) =>
      incomingWhatsapp(
        { ...addresses(values), body: values.body ?? exampleText, sid: values.sid, accountSid, now },
        values.media ?? [],
      ),
  },
  {
    kind: 'status',
    title: 'Status of an outgoing message',
    fields: ['from', 'to', 'sid', 'status', 'errorCode'],
    sidPrefixes: ['SM', 'MM'],
    payload: (values, accountSid, now) =>
      statusCallback(
        { ...addresses(values, true), sid: values.sid, accountSid, now },
        values.status ?? 'delivered',
        values.errorCode,
      ),
  },
  {
    kind: 'usage',
    title: 'Usage trigger that has fired',
    fields: ['sid'],
    sidPrefixes: ['UT'],
    payload: ({ sid }, accountSid, now) => usageTrigger({ sid, accountSid, now }),
  },
  {
    kind: 'event',
    title: 'Error of the Twilio Debugger',
    fields: ['body', 'sid'],
    sidPrefixes: ['NO'],
    payload: ({ sid, body }, accountSid, now) => debuggerEvent({ sid, body: body ?? exampleText, accountSid, now }),
  },
  {
    kind: 'event --json-events',
    title: 'Batch of Event Streams',
    fields: ['from', 'to', 'body', 'sid'],
    sidPrefixes: ['EZ'],
    payload: (values, accountSid, now) =>
      eventStreamsBatch({
        ...addresses(values),
        body: values.body ?? exampleText,
        sid: values.sid,
        accountSid,
        now,
      }),
  },
];

export const randomSid = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`;
