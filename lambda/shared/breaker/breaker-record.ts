/** The breaker's rows in the table: what the function writes and the CLI reads. */

/** While a firing is being dealt with. `suspended`: Twilio has confirmed it; calls and notice may still be missing. */
export const openDecisions = ['deciding', 'suspending', 'suspended'] as const;
export type OpenDecision = (typeof openDecisions)[number];

/**
 * A firing that nothing is done about. It does not stand in the way of a later delivery: a made-up trigger of the morning must not
 * hide the genuine one of the afternoon, which has the same row.
 */
export const refusals = [
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
export type Refusal = (typeof refusals)[number];

/** How a firing ended. */
export const finalDecisions = [
  'tripped',
  'dry_run',
  'already_suspended',
  'already_closed',
  /** Somebody re-activated the subaccount before the breaker was through: it is left as it is. */
  'rearmed',
  'drill',
  ...refusals,
] as const;
export type FinalDecision = (typeof finalDecisions)[number];

/** Begins the sort keys of decisions and re-activations: newest last. */
export const breakerSortKeyPrefix = 'BREAKER#';
/** Begins the sort keys of drills. Another prefix, so that no number of drills hides a decision in a list. */
export const drillSortKeyPrefix = 'DRILL#';

/** The breaker's rows of an account. IAM lets the breaker's function use partitions of this form only. */
export const breakerPartition = (accountSid: string): string => `${accountSid}#BREAKER`;

/** Where a firing or a drill has its row. */
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
 * period is a day, and it leaves nothing for a replay to vary.
 * @param day of `DateFired` in UTC (YYYY-MM-DD)
 */
export const firingSortKey = (day: string, triggerSid: string): string =>
  `${breakerSortKeyPrefix}${day}#${triggerSid}`;

/**
 * A drill never takes the row of a firing. Day and trigger identify it for the same reason as above: a replay could change the
 * end of `IdempotencyToken`, because the signature does not bind where a value ends.
 */
export const drillSortKey = (day: string, triggerSid: string): string =>
  `${drillSortKeyPrefix}${day}#${triggerSid}`;

/**
 * A firing whose `DateFired` cannot be used gets a row under the day it arrived, which no firing with a usable date ever needs.
 * @param day of the arrival in UTC (YYYY-MM-DD)
 */
export const undatedSortKey = (day: string, triggerSid: string): string =>
  `${breakerSortKeyPrefix}${day}#${triggerSid}#UNDATED`;

/** An operator's re-activation, beside the decisions. `at` is ISO 8601. */
export const rearmKey = (accountSid: string, at: string) =>
  breakerKey({ accountSid, sortKey: `${breakerSortKeyPrefix}${at}#REARM` });

/** Names of a row's attributes. */
export const breakerAttributes = {
  decision: 'decision',
  /** Request id of the delivery that works on the row; absent once it is decided. */
  leaseOwner: 'leaseOwner',
  /** Epoch milliseconds after which another delivery may take the row over. */
  leaseUntil: 'leaseUntil',
} as const;

/** A parameter of the usage trigger that marks a drill. It is signed like every other one. */
export const drillParameter = 'GatewayDrill';

/** The detail of a drill that found all well. */
export const drillPassed = 'the credentials read every target';

/** Receives before a message becomes a dead letter. */
export const breakerMaxReceives = 5;
