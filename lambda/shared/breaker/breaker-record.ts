/** The breaker's rows in the table: what the function writes and the CLI reads. */

/** A firing in progress. `suspended`: Twilio has confirmed it; calls may still be live, and the notification unsent. */
export const openDecisions = ['deciding', 'suspending', 'suspended'] as const;
export type OpenDecision = (typeof openDecisions)[number];

/**
 * A firing that the breaker does not act on. A later delivery gets a new decision, although it has the same row: a
 * forged trigger in the morning must not hide the genuine one in the afternoon.
 */
export const rejectedDecisions = [
  'unknown_trigger',
  'main_account',
  'other_account',
  'invalid_values',
  'below_threshold',
  'usage_not_confirmed',
  /** Twilio confirms it, but its period is over and the current period is below the limit. */
  'period_over',
  /** `DateFired` is missing or malformed. */
  'date_unreadable',
  /** `DateFired` is too far from the time at which the webhook arrived. */
  'date_out_of_range',
] as const;

/** How a firing ended. */
export const finalDecisions = [
  'tripped',
  'dry_run',
  'already_suspended',
  'already_closed',
  /** Somebody re-activated the subaccount before the breaker had finished: it stays active. */
  'rearmed',
  'drill',
  ...rejectedDecisions,
] as const;
export type FinalDecision = (typeof finalDecisions)[number];

/** Prefix of the sort keys of decisions and re-activations; the newest sorts last. */
export const breakerSortKeyPrefix = 'BREAKER#';
/** Prefix of the sort keys of drills. Not the same one, so that no number of drills hides a decision in a list. */
export const drillSortKeyPrefix = 'DRILL#';

/** The breaker's rows of an account. IAM lets the breaker's function use partitions of this form only. */
export const breakerPartition = (accountSid: string): string => `${accountSid}#BREAKER`;

/** The key of a firing or a drill. */
export interface BreakerPlace {
  readonly accountSid: string;
  readonly sortKey: string;
}

export const breakerKey = ({ accountSid, sortKey }: BreakerPlace) => ({
  pk: breakerPartition(accountSid),
  sk: sortKey,
});

/**
 * One row per firing. The day is precise enough, because a trigger fires at most once per period and the shortest
 * period is a day. A replay cannot vary it.
 * @param day of `DateFired` in UTC (YYYY-MM-DD)
 */
export const firingSortKey = (day: string, triggerSid: string): string => `${breakerSortKeyPrefix}${day}#${triggerSid}`;

/**
 * A drill never has the row of a firing. Day and trigger identify it, because a replay could change the end of
 * `IdempotencyToken`: the signature does not cover where a value ends.
 */
export const drillSortKey = (day: string, triggerSid: string): string => `${drillSortKeyPrefix}${day}#${triggerSid}`;

/**
 * A firing whose `DateFired` cannot be used gets a row under the day it arrived, which no firing with a usable date
 * ever needs.
 * @param day of the arrival in UTC (YYYY-MM-DD)
 */
export const undatedSortKey = (day: string, triggerSid: string): string =>
  `${breakerSortKeyPrefix}${day}#${triggerSid}#UNDATED`;

/** An operator's re-activation, listed with the decisions. `at` is ISO 8601. */
export const rearmKey = (accountSid: string, at: string) =>
  breakerKey({ accountSid, sortKey: `${breakerSortKeyPrefix}${at}#REARM` });

/** Names of a row's attributes. */
export const breakerAttributes = {
  decision: 'decision',
  /** Request id of the delivery that is processed; absent once the row is decided. */
  leaseOwner: 'leaseOwner',
  /** Epoch milliseconds after which another delivery may take the row over. */
  leaseUntil: 'leaseUntil',
} as const;

/** The parameter of a usage trigger that marks a drill. It is signed like the others. */
export const drillParameter = 'GatewayDrill';

/** The detail of a successful drill. */
export const drillPassed = 'the credentials read every target';

/** Receives before a message becomes a dead letter. */
export const breakerMaxReceives = 5;
