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

export const breakerSortKeyPrefix = 'BREAKER#';
/** Where `DateFired` cannot be read; at most one row per trigger then. */
export const unreadableDate = '-';

export const accountPartition = (accountSid: string): string => `ACCOUNT#${accountSid}`;

/**
 * One row per firing. The day is precise enough, because a trigger fires at most once per period and the shortest
 * period is a day, and it leaves nothing for a replay to vary.
 * @param firedOn the day of `DateFired` in UTC (YYYY-MM-DD), or `unreadableDate`
 */
export const breakerKey = (firing: {
  readonly accountSid: string;
  readonly firedOn: string;
  readonly triggerSid: string;
}) => ({
  pk: accountPartition(firing.accountSid),
  sk: `${breakerSortKeyPrefix}${firing.firedOn}#${firing.triggerSid}`,
});

/** An operator's re-activation, beside the decisions. `at` is ISO 8601. */
export const rearmKey = (accountSid: string, at: string) => ({
  pk: accountPartition(accountSid),
  sk: `${breakerSortKeyPrefix}${at}#REARM`,
});

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
