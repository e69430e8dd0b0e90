import { unreadableDate, drillParameter } from '../shared/breaker-record';
import { PoisonEnvelopeError, type Envelope } from '../shared/envelope';
import { parseForm, single } from '../shared/form';
import { isUsageTriggerSid } from '../shared/sid';
import { parseDecimal, type Decimal } from '../shared/decimal';

/** A usage trigger that has fired, as Twilio told it. @see https://www.twilio.com/docs/usage/api/usage-trigger */
export interface Firing {
  /** The account that the trigger watches, whose token verified the webhook. */
  readonly accountSid: string;
  readonly triggerSid: string;
  readonly requestId: string;
  readonly receivedAt: string;
  /** The day of `DateFired` (YYYY-MM-DD, UTC), or `unreadableDate`. */
  readonly firedOn: string;
  /** `UsageCategory`, `Recurring` (`once` where it is empty) and `TriggerBy`, as sent; undefined where they are not. */
  readonly category: string | undefined;
  readonly recurring: string | undefined;
  readonly by: string | undefined;
  /** Undefined where it is no plain decimal. */
  readonly currentValue: Decimal | undefined;
  readonly triggerValue: Decimal | undefined;
  /** The two values as they came, if they are plain decimals. */
  readonly values: { readonly current?: string; readonly trigger?: string };
  readonly isDrill: boolean;
}

/** @throws PoisonEnvelopeError for what ingress would not have put on this queue */
export const readFiring = (envelope: Envelope): Firing => {
  if (envelope.kind !== 'usage' || envelope.contentType === 'json') {
    throw new PoisonEnvelopeError('invalid_field', 'the webhook is no usage trigger');
  }
  const params = parseForm(envelope.contentType === 'form' ? envelope.body : envelope.query);
  const triggerSid = single(params, 'UsageTriggerSid');
  if (!isUsageTriggerSid(triggerSid)) {
    throw new PoisonEnvelopeError('invalid_field', 'UsageTriggerSid is no usage trigger SID');
  }
  if (single(params, 'AccountSid') !== envelope.accountSid) {
    throw new PoisonEnvelopeError('invalid_field', "AccountSid is not the envelope's");
  }
  const current = single(params, 'CurrentValue');
  const trigger = single(params, 'TriggerValue');
  const currentValue = parseDecimal(current);
  const triggerValue = parseDecimal(trigger);
  const { accountSid, requestId, receivedAt } = envelope;
  const recurring = single(params, 'Recurring');
  return {
    accountSid,
    triggerSid,
    requestId,
    receivedAt,
    firedOn: dayOf(single(params, 'DateFired')),
    category: single(params, 'UsageCategory'),
    recurring: recurring === '' ? 'once' : recurring,
    by: single(params, 'TriggerBy'),
    currentValue,
    triggerValue,
    values: {
      ...(current !== undefined && currentValue !== undefined ? { current } : {}),
      ...(trigger !== undefined && triggerValue !== undefined ? { trigger } : {}),
    },
    isDrill: single(params, drillParameter) !== undefined,
  };
};

/** RFC 2822 in UTC, as Twilio's REST API writes dates, or ISO 8601. */
const dateForms = [
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:\+0000|GMT|UTC)$/,
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00))?$/,
];

/**
 * Strict: the signature does not bind the end of a value, so a replayed request could carry a shortened date, and would be a new
 * firing if that were read.
 */
const dayOf = (dateFired: string | undefined): string => {
  const time = dateForms.some((form) => form.test(dateFired ?? ''))
    ? Date.parse(dateFired ?? '')
    : Number.NaN;
  return Number.isNaN(time) ? unreadableDate : new Date(time).toISOString().slice(0, 'YYYY-MM-DD'.length);
};
