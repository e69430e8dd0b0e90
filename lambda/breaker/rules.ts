import type { BreakerSecret } from '../shared/breaker/breaker-secret';
import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import { parseDecimal } from '../shared/breaker/decimal';
import type { Firing } from './trigger-event';

/** The configured triggers that a firing of any account matches. */
export const matchingTriggers = (
  triggers: readonly BreakerTrigger[],
  firing: Pick<Firing, 'triggerSid' | 'category' | 'recurring' | 'by' | 'triggerValue'>,
): readonly BreakerTrigger[] =>
  triggers.filter((trigger) => {
    if (trigger.sid !== undefined && trigger.sid !== firing.triggerSid) return false;
    // They never change once a trigger is created, so if the SID matches, a parameter may be missing.
    const matches = (configured: string, sent: string | undefined) =>
      sent === configured || (sent === undefined && trigger.sid !== undefined);
    return (
      matches(trigger.category, firing.category) &&
      matches(trigger.recurring, firing.recurring) &&
      matches(trigger.by, firing.by) &&
      // An unreadable value is rejected later, as `invalid_values`.
      (firing.triggerValue === undefined || firing.triggerValue >= (parseDecimal(trigger.minTriggerValue) ?? 0n))
    );
  });

export type TargetChoice =
  | { readonly kind: 'target'; readonly accountSid: string; readonly trigger: BreakerTrigger }
  | { readonly kind: 'main_account' | 'other_account' }
  /** The secret has no SID for this name. */
  | { readonly kind: 'unnamed'; readonly name: string };

/**
 * The subaccount to suspend. A trigger may only suspend the account that it watches and whose token signed it: another
 * account's token proves nothing about this one. The exception is the parent account, but only for a trigger that is
 * configured by its SID, because the parent's other triggers watch the parent itself.
 */
export const chooseTarget = (
  candidates: readonly BreakerTrigger[],
  firing: Pick<Firing, 'accountSid'>,
  { accountSid: parentSid, subaccounts }: BreakerSecret,
): TargetChoice => {
  const isParent = firing.accountSid === parentSid;
  for (const trigger of candidates) {
    const accountSid = subaccounts.get(trigger.target);
    if (accountSid === undefined || accountSid === parentSid) continue;
    if (isParent ? trigger.sid !== undefined : accountSid === firing.accountSid) {
      return { kind: 'target', accountSid, trigger };
    }
  }
  const unnamed = candidates.find(({ target }) => !subaccounts.has(target));
  // It may be the intended target: an error to fix, not a rejection.
  if (unnamed !== undefined && (!isParent || unnamed.sid !== undefined)) {
    return { kind: 'unnamed', name: unnamed.target };
  }
  return { kind: isParent ? 'main_account' : 'other_account' };
};
