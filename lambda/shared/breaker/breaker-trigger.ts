import { subaccountNamePattern } from './breaker-secret';
import { parseDecimal } from './decimal';
import { isUsageTriggerSid } from '../payload/sid';

export const recurrences = ['daily', 'monthly', 'yearly', 'alltime', 'once'] as const;
/** How often the usage of a trigger begins at zero again. */
export type Recurrence = (typeof recurrences)[number];
export const triggerFields = ['price', 'usage', 'count'] as const;
/** The unit that a trigger counts. */
export type TriggerField = (typeof triggerFields)[number];

/**
 * Which usage trigger suspends which subaccount. Only the stage's configuration decides that.
 */
export interface BreakerTrigger {
  /** Name of the subaccount to suspend; its SID is in the breaker's secret. */
  readonly target: string;
  /** Twilio's `UsageCategory`, e.g. `totalprice`. */
  readonly category: string;
  /** Twilio's `Recurring`; `once` for a trigger that does not recur. */
  readonly recurring: Recurrence;
  /** Twilio's `TriggerBy`. */
  readonly by: TriggerField;
  /**
   * The SID of one trigger (`UT…`).
   * @default any trigger of the subaccount with this category, recurrence and field
   */
  readonly sid?: string;
  /**
   * Triggers with a lower `TriggerValue` are ignored: a plain decimal.
   * @default any value
   */
  readonly minTriggerValue?: string;
}

/** The problems of a configured trigger, one text each. */
export const triggerFieldProblems = (trigger: Readonly<Record<keyof BreakerTrigger, unknown>>): string[] => {
  const problems: string[] = [];
  const { target, category, recurring, by, sid, minTriggerValue } = trigger;
  const check = (key: keyof BreakerTrigger, isValid: boolean, allowed: string) => {
    if (!isValid) problems.push(`${key} is ${JSON.stringify(trigger[key])}: ${allowed}`);
  };
  const isOneOf = (value: unknown, all: readonly string[]) => all.some((allowed) => allowed === value);
  check(
    'target',
    typeof target === 'string' && subaccountNamePattern.test(target),
    `give a name that matches ${subaccountNamePattern.source}`,
  );
  check(
    'category',
    typeof category === 'string' && /^[a-z0-9_-]{1,64}$/.test(category),
    "give one of Twilio's usage categories, e.g. totalprice",
  );
  check('recurring', isOneOf(recurring, recurrences), `give one of ${recurrences.join(', ')}`);
  check('by', isOneOf(by, triggerFields), `give one of ${triggerFields.join(', ')}`);
  check('sid', sid === undefined || isUsageTriggerSid(sid), 'give UT and 32 hex digits, or leave it out');
  check(
    'minTriggerValue',
    minTriggerValue === undefined ||
      (typeof minTriggerValue === 'string' && parseDecimal(minTriggerValue) !== undefined),
    "give a plain decimal, e.g. '50', or leave it out",
  );
  return problems;
};
