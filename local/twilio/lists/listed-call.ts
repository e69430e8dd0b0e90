import { apiDate } from '../message';
import type { GenuineWebhook } from './genuine-webhook';

/** A call as Twilio's list has it. Times are milliseconds since 1970. */
export interface ListedCall {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly duration: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** In the order in which a call gets them; the last ones end it. */
const statusOrder = ['queued', 'initiated', 'ringing', 'in-progress', 'answered'];
const endStatuses = ['busy', 'failed', 'no-answer', 'canceled', 'completed'];
const orderOf = (status: string): number => [...statusOrder, ...endStatuses].indexOf(status);

/** The call that a webhook is about; undefined if it is about something else. */
export const callOf = ({ at, accountSid, param }: GenuineWebhook): ListedCall | undefined => {
  const sid = param('CallSid');
  const status = param('CallStatus');
  if (!/^CA[0-9a-f]{32}$/i.test(sid) || orderOf(status) === -1) return undefined;
  return {
    sid,
    accountSid,
    direction: param('Direction') || 'inbound',
    from: param('From') || param('Caller'),
    to: param('To') || param('Called'),
    status,
    duration: /^\d+$/.exec(param('CallDuration'))?.[0] ?? null,
    createdAt: at,
    updatedAt: at,
  };
};

/** The call after a webhook about it. Status callbacks arrive in any order, and a call's status never goes back. */
export const callAfter = (known: ListedCall, next: ListedCall): ListedCall => {
  if (orderOf(next.status) <= orderOf(known.status)) return known;
  const { status, duration, updatedAt } = next;
  return { ...known, status, duration, updatedAt };
};

/** The API has fewer statuses than callbacks. */
const apiStatuses: Readonly<Record<string, string>> = { initiated: 'queued', answered: 'in-progress' };

/**
 * The call as Twilio's API shows it.
 * @see https://www.twilio.com/docs/voice/api/call-resource
 */
export const callResource = (call: ListedCall) => {
  const { sid, accountSid, status, createdAt, updatedAt } = call;
  return {
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    date_created: apiDate(createdAt),
    date_updated: apiDate(updatedAt),
    start_time: apiDate(createdAt),
    end_time: endStatuses.includes(status) ? apiDate(updatedAt) : null,
    direction: call.direction,
    duration: call.duration,
    from: call.from,
    to: call.to,
    status: apiStatuses[status] ?? status,
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${sid}.json`,
  };
};
