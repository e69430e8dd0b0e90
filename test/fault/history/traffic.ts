import { createHash } from 'node:crypto';
import { encodeForm } from '../../helpers/webhooks';
import { cloudEventPlace, messagePlace, otherEventPlace, statusPlace, usagePlace, type Place } from './keys';
import type { PlannedRequest, StatusClaim } from './plan';
import type { Random } from './random';
import { statusesInOrder } from './statuses';

export const formType = 'application/x-www-form-urlencoded; charset=UTF-8';

type Fields = Readonly<Record<string, string>>;

/** A form as Twilio would send and sign it, with the one row that it must leave. */
const formRequest = (
  id: string,
  route: PlannedRequest['route'],
  form: Fields,
  place: Place,
  options: { readonly query?: string; readonly status?: StatusClaim } = {},
): PlannedRequest => {
  const { query = '', status } = options;
  return {
    id,
    route,
    signed: { query, form },
    signer: 'account',
    sent: { query, contentType: formType, body: encodeForm(form) },
    forgery: undefined,
    rows: [{ ...place, content: JSON.stringify(form), query }],
    status,
  };
};

const number = (random: Random): string => `+155501${String(random.int(10_000)).padStart(5, '0')}`;

interface Addresses {
  readonly From: string;
  readonly To: string;
}

/** Texts that encodings have broken before. The mark makes each unique, and no log may hold it. */
const texts = (mark: string): readonly string[] => [
  mark,
  `${mark} héllo 🌍 \u05d0\u202e`,
  `${mark}\uffff\ufffe\u0001\u0000`,
  `${mark}&Body=x=y+%41`,
  `${mark}\r\n"\\\u2028 `,
  mark.repeat(60),
];

const common = (accountSid: string): Fields => ({ AccountSid: accountSid, ApiVersion: '2010-04-01' });

/** @param given the addresses of a conversation, if it belongs to one */
export const message = (random: Random, id: string, accountSid: string, given?: Addresses): PlannedRequest => {
  const messageSid = `SM${random.hex(32)}`;
  const form = {
    ...common(accountSid),
    Body: random.pick(texts(`text-${random.hex(16)}`)),
    From: given?.From ?? number(random),
    MessageSid: messageSid,
    NumMedia: '0',
    To: given?.To ?? number(random),
  };
  return formRequest(id, 'messages', form, messagePlace(accountSid, messageSid));
};

/** The same MessageSid with another text. Twilio does not do this; the message that was stored first must stay. */
export const contradicting = (random: Random, id: string, request: PlannedRequest): PlannedRequest => {
  const form = { ...request.signed.form, Body: `text-${random.hex(16)}` };
  const { AccountSid = '', MessageSid = '' } = request.signed.form;
  return formRequest(id, 'messages', form, messagePlace(AccountSid, MessageSid));
};

/** Signed by Twilio, but without the MessageSid that its route expects: stored as an unrecognized event. */
export const unrecognized = (random: Random, id: string, accountSid: string): PlannedRequest => {
  const form = {
    ...common(accountSid),
    Body: `text-${random.hex(16)}`,
    From: number(random),
    To: number(random),
  };
  const request = formRequest(id, random.pick(['messages', 'status']), form, otherEventPlace);
  return { ...request, rows: request.rows.map((row) => ({ ...row, raw: request.sent.body })) };
};

/** The callbacks of one outgoing message; some have an error code, some a query of the user's. */
export const statusCallbacks = (
  random: Random,
  id: string,
  accountSid: string,
  given?: Addresses,
): PlannedRequest[] => {
  const messageSid = `${random.pick(['SM', 'MM'])}${random.hex(32)}`;
  const From = given?.From ?? number(random);
  const To = given?.To ?? number(random);
  const query = random.chance(0.4) ? `order=${random.int(100)}` : '';
  return random
    .shuffle(statusesInOrder.filter((status) => status !== 'received'))
    .slice(0, 2 + random.int(4))
    .map((status, at) => {
      const failed = status === 'failed' || status === 'undelivered';
      const errorCode = failed && random.chance(0.7) ? String(30_001 + random.int(8)) : undefined;
      const form = {
        ...common(accountSid),
        ...(errorCode === undefined ? {} : { ErrorCode: errorCode }),
        From,
        MessageSid: messageSid,
        MessageStatus: status,
        To,
      };
      return formRequest(`${id}.${at}`, 'status', form, statusPlace(accountSid, messageSid, status, errorCode), {
        query,
        status: { messageSid, status, errorCode },
      });
    });
};

/** Two firings of one trigger: the same UsageTriggerSid, but two idempotency tokens. */
export const usageFirings = (random: Random, id: string, accountSid: string): PlannedRequest[] => {
  const UsageTriggerSid = `UT${random.hex(32)}`;
  return ['Sat, 21 Nov 2026', 'Sun, 22 Nov 2026'].map((day, at) => {
    const token = `${accountSid}-FIRES-${UsageTriggerSid}-${day.slice(5, 7)}`;
    const form = {
      ...common(accountSid),
      CurrentValue: `${51 + at}.00`,
      DateFired: `${day} 00:00:00 +0000`,
      IdempotencyToken: token,
      Recurring: 'daily',
      TriggerBy: 'price',
      TriggerValue: '50.00',
      UsageCategory: 'totalprice',
      UsageTriggerSid,
    };
    return formRequest(`${id}.${at}`, 'usage', form, usagePlace(accountSid, token));
  });
};

/** A voice status callback: its identity is a hash of the signed text. */
export const voiceEvent = (random: Random, id: string, accountSid: string): PlannedRequest => {
  const form = { ...common(accountSid), CallSid: `CA${random.hex(32)}`, CallStatus: 'completed' };
  return formRequest(id, 'events', form, otherEventPlace);
};

/** Event Streams deliveries that overlap, with JSON that a careless copy would change. */
export const cloudEvents = (random: Random, id: string, accountSid: string): PlannedRequest[] => {
  const source = `/${random.hex(8)}`;
  const events = Array.from({ length: 3 + random.int(3) }, () => {
    const eventId = `EZ${random.hex(32)}`;
    const odd = random.pick(['1e400', '12345678901234567890.10', '-0', '"\\u00e9\\ud83c\\udf0d"', '[[[[{}]]]]']);
    const own = `"source":"${source}","type":"com.twilio.example","id":"${eventId}"`;
    return { eventId, text: `{"specversion":"1.0",${own},"n":${odd},"n":${random.int(9)} }` };
  });
  const batch = (at: number, part: typeof events): PlannedRequest => {
    const body = `[${part.map(({ text }) => text).join(', ')}]`;
    const query = `bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    return {
      id: `${id}.${at}`,
      route: 'events',
      signed: { query, form: {} },
      signer: 'account',
      sent: { query, contentType: 'application/json', body },
      forgery: undefined,
      rows: part.map(({ eventId, text }) => ({
        ...cloudEventPlace(accountSid, source, eventId),
        content: text,
        query,
      })),
      status: undefined,
    };
  };
  return [batch(0, events.slice(0, 2)), batch(1, events.slice(1))];
};
