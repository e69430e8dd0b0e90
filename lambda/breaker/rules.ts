import type { BreakerSecret } from '../shared/breaker/breaker-secret';
import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import { parseDecimal } from '../shared/breaker/decimal';
import type { Firing } from './trigger-event';

/** The triggers of the configuration that a firing may be of, before its account is looked at. */
export const matchingTriggers = (
  triggers: readonly BreakerTrigger[],
  firing: Pick<Firing, 'triggerSid' | 'category' | 'recurring' | 'by' | 'triggerValue'>,
): readonly BreakerTrigger[] =>
  triggers.filter((trigger) => {
    if (trigger.sid !== undefined && trigger.sid !== firing.triggerSid) return false;
    // Twilio changes none of these once a trigger is made; where the SID is right, what is not sent is not held against it.
    const isRight = (configured: string, sent: string | undefined) =>
      sent === configured || (sent === undefined && trigger.sid !== undefined);
    return (
      isRight(trigger.category, firing.category) &&
      isRight(trigger.recurring, firing.recurring) &&
      isRight(trigger.by, firing.by) &&
      // A value that cannot be read is judged later, and by another name.
      (firing.triggerValue === undefined ||
        firing.triggerValue >= (parseDecimal(trigger.minTriggerValue) ?? 0n))
    );
  });

export type TargetChoice =
  | { readonly kind: 'target'; readonly accountSid: string; readonly trigger: BreakerTrigger }
  | { readonly kind: 'main_account' | 'other_account' }
  /** The secret lacks the SID of a name. */
  | { readonly kind: 'unnamed'; readonly name: string };

/**
 * The subaccount to stop. A trigger may only stop the account that it watches, whose token signed it: another account's token
 * proves nothing about this one. The parent account stands above that, but only with a trigger that is configured by
 * its SID, because its other triggers watch itself.
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
  // It may be the one that is meant: a fault to repair, not a refusal.
  if (unnamed !== undefined && (!isParent || unnamed.sid !== undefined)) {
    return { kind: 'unnamed', name: unnamed.target };
  }
  return { kind: isParent ? 'main_account' : 'other_account' };
};
