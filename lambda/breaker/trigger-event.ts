import {
  drillParameter,
  drillSortKey,
  firingSortKey,
  undatedSortKey,
  type BreakerPlace,
} from '../shared/breaker/breaker-record';
import { parseDecimal, type Decimal } from '../shared/breaker/decimal';
import { PoisonEnvelopeError, type Envelope } from '../shared/payload/envelope';
import { parseForm, single } from '../shared/payload/form';
import { isUsageTriggerSid } from '../shared/payload/sid';

/** `DateFired` as a time, or why it cannot be used. */
export type DateFired =
  | {
      readonly kind: 'ok';
      /** YYYY-MM-DD in UTC. */
      readonly day: string;
    }
  | { readonly kind: 'date_unreadable' | 'date_out_of_range' };

/**
 * A usage trigger that has fired, as in Twilio's webhook. The key of its row is `accountSid`, the account that the
 * trigger watches and whose token verified the webhook, and `sortKey`.
 * @see https://www.twilio.com/docs/usage/api/usage-trigger
 */
export interface Firing extends BreakerPlace {
  readonly triggerSid: string;
  readonly requestId: string;
  readonly receivedAt: string;
  readonly dateFired: DateFired;
  /** `UsageCategory`, `Recurring` (`once` if it is empty) and `TriggerBy`, as sent; undefined if they are missing. */
  readonly category: string | undefined;
  readonly recurring: string | undefined;
  readonly by: string | undefined;
  /** Undefined if it is not a plain decimal. */
  readonly currentValue: Decimal | undefined;
  readonly triggerValue: Decimal | undefined;
  /** The two values as sent, if they are plain decimals. */
  readonly values: { readonly current?: string; readonly trigger?: string };
  readonly isDrill: boolean;
}

/** @throws PoisonEnvelopeError if ingress would not have put it on this queue */
export const readFiring = (envelope: Envelope): Firing => {
  if (envelope.kind !== 'usage' || envelope.contentType === 'json') {
    throw new PoisonEnvelopeError('invalid_field', 'the webhook is not a usage trigger');
  }
  const params = parseForm(envelope.contentType === 'form' ? envelope.body : envelope.query);
  const triggerSid = single(params, 'UsageTriggerSid');
  if (!isUsageTriggerSid(triggerSid)) {
    throw new PoisonEnvelopeError('invalid_field', 'UsageTriggerSid is not a usage trigger SID');
  }
  // The envelope always names the account whose token verified the webhook; the form may not.
  if (params['AccountSid'] !== undefined && single(params, 'AccountSid') !== envelope.accountSid) {
    throw new PoisonEnvelopeError('invalid_field', "AccountSid is not the envelope's");
  }
  const current = single(params, 'CurrentValue');
  const trigger = single(params, 'TriggerValue');
  const currentValue = parseDecimal(current);
  const triggerValue = parseDecimal(trigger);
  const { accountSid, requestId, receivedAt } = envelope;
  const recurring = single(params, 'Recurring');
  const dateFired = readDateFired(single(params, 'DateFired'), receivedAt);
  // Any value, any number of times: a marked request never stops anything.
  const isDrill = params[drillParameter] !== undefined;
  return {
    accountSid,
    sortKey: sortKeyOf(dateFired, { triggerSid, receivedAt, isDrill }),
    triggerSid,
    requestId,
    receivedAt,
    dateFired,
    category: single(params, 'UsageCategory'),
    recurring: recurring === '' ? 'once' : recurring,
    by: single(params, 'TriggerBy'),
    currentValue,
    triggerValue,
    values: {
      ...(current !== undefined && currentValue !== undefined ? { current } : {}),
      ...(trigger !== undefined && triggerValue !== undefined ? { trigger } : {}),
    },
    isDrill,
  };
};

const sortKeyOf = (
  dateFired: DateFired,
  { triggerSid, receivedAt, isDrill }: Pick<Firing, 'triggerSid' | 'receivedAt' | 'isDrill'>,
): string => {
  if (dateFired.kind !== 'ok') return undatedSortKey(dayOf(Date.parse(receivedAt)), triggerSid);
  return (isDrill ? drillSortKey : firingSortKey)(dateFired.day, triggerSid);
};

/** RFC 2822 in UTC, as Twilio's REST API writes dates, or ISO 8601. */
const dateForms = [
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:\+0000|GMT|UTC)$/,
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00))?$/,
];

/**
 * How far `DateFired` may be from the arrival of the webhook. Twilio calls within minutes, and may send midnight as the
 * time of day. Without a bound, a script that has the account's token could store a decision for every day of the
 * coming years, and the breaker would act on no genuine firing of those days.
 */
const maxDistanceMs = 2 * 24 * 60 * 60 * 1000;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 'YYYY-MM-DD'.length);

/**
 * Strict, because the signature does not cover where a value ends: a replayed request could have a shortened date,
 * which would make it a new firing.
 * @param receivedAt used instead of the current time, so that a dead letter is read the same way however late it is
 * redriven
 */
const readDateFired = (text: string | undefined, receivedAt: string): DateFired => {
  const time = dateForms.some((form) => form.test(text ?? '')) ? Date.parse(text ?? '') : Number.NaN;
  if (Number.isNaN(time)) return { kind: 'date_unreadable' };
  return Math.abs(time - Date.parse(receivedAt)) > maxDistanceMs
    ? { kind: 'date_out_of_range' }
    : { kind: 'ok', day: dayOf(time) };
};
