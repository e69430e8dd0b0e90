import type { BreakerSecret } from '../shared/breaker/breaker-secret';
import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import { parseDecimal } from '../shared/breaker/decimal';
import { BreakerConfigError, NotYetError } from './errors';
import type { Firing } from './trigger-event';
import { dryRunNotice } from './notifications';
import type { BreakerDecision, Notify, OpenRow, OpenTwilioApi, ReadBreakerSecret, UsageQuery } from './ports';
import { chooseTarget, matchingTriggers } from './rules';
import { trip } from './trip';
import { currentPeriod, isPeriodOver, usagePeriod } from './usage-period';

export interface DecidePorts {
  readonly readSecret: ReadBreakerSecret;
  readonly openTwilio: OpenTwilioApi;
  readonly notify: Notify;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface DecideOptions {
  readonly stageName: string;
  readonly triggers: readonly BreakerTrigger[];
  /** Decides, but does not act. */
  readonly dryRun: boolean;
}

/** Twilio's usage records lag behind its triggers: after this number of checks a firing is rejected as unconfirmed. */
const maxUsageChecks = 3;

/** @throws BreakerConfigError that says what to do */
export const usableSecret = async (read: ReadBreakerSecret, signal: AbortSignal): Promise<BreakerSecret> => {
  const result = await read(signal);
  switch (result.kind) {
    case 'ok':
      return result.secret;
    case 'placeholder':
      throw new BreakerConfigError(
        "The breaker's secret is still the placeholder: run `npx twilio-webhook-gateway breaker secret`.",
      );
    case 'invalid':
      throw new BreakerConfigError(
        `The breaker's secret cannot be used: ${result.detail}. Run \`npx twilio-webhook-gateway breaker secret\`.`,
      );
  }
};

/** Rejects a firing by its own values and the configuration, before any request. */
const rejectionOf = (firing: Firing, candidates: readonly BreakerTrigger[]): BreakerDecision | undefined => {
  if (candidates.length === 0) {
    return {
      decision: 'unknown_trigger',
      detail: 'the configuration has no such trigger',
    };
  }
  const { currentValue, triggerValue } = firing;
  if (currentValue === undefined) {
    return { decision: 'invalid_values', detail: 'CurrentValue is not a plain decimal' };
  }
  if (triggerValue === undefined || triggerValue <= 0n) {
    return { decision: 'invalid_values', detail: 'TriggerValue is not a plain decimal above zero' };
  }
  return currentValue < triggerValue
    ? { decision: 'below_threshold', detail: 'CurrentValue is below TriggerValue' }
    : undefined;
};

/**
 * Decides about a firing and acts on it.
 *
 * The usage of the period in which it fired must confirm it. If that period is over, the usage of the current period
 * must reach the limit too, because suspending an account that is below its limit today would gain nothing.
 * @param firedOn the day of `DateFired`, YYYY-MM-DD
 * @param receiveCount how often the queue has delivered it, this time included
 * @throws if it cannot decide yet: the queue must deliver it again
 */
export const decide = async (
  { readSecret, openTwilio, notify, now }: DecidePorts,
  { triggers, dryRun, stageName }: DecideOptions,
  firing: Firing,
  firedOn: string,
  row: OpenRow,
  receiveCount: number,
  signal: AbortSignal,
): Promise<BreakerDecision> => {
  const candidates = matchingTriggers(triggers, firing);
  const rejection = rejectionOf(firing, candidates);
  if (rejection !== undefined) return rejection;

  const secret = await usableSecret(readSecret, signal);
  const choice = chooseTarget(candidates, firing, secret);
  switch (choice.kind) {
    case 'main_account':
      return { decision: 'main_account', detail: 'the trigger watches the parent account' };
    case 'other_account':
      return { decision: 'other_account', detail: 'the trigger watches an account that is not a target' };
    case 'unnamed':
      throw new BreakerConfigError(
        `The breaker's secret has no subaccount "${choice.name}": run \`npx twilio-webhook-gateway breaker secret\`.`,
      );
    case 'target':
  }
  const { trigger, accountSid: targetSid } = choice;
  const twilio = await openTwilio(secret, signal);
  const context = { stageName, targetSid, trigger, twilio, notify, signal };

  const { category, by, recurring } = trigger;
  const isLate = isPeriodOver(recurring, firedOn, now());

  // An earlier attempt that got this far had it confirmed. (If the stage has been set to dry run since, nothing is
  // finished.)
  if (row.decision !== 'deciding' && !dryRun) {
    const status = await twilio.accountStatus(targetSid);
    const wouldSuspend = status === 'active' && row.decision === 'suspending';
    if (!isLate || !wouldSuspend) return trip(row, status, context);
  }

  const usageOf = (days: UsageQuery['days']) => twilio.usage({ accountSid: targetSid, category, by, days });
  const isOverLimit = (usage: string | undefined): boolean => {
    const used = parseDecimal(usage);
    return used !== undefined && used >= (firing.triggerValue ?? 0n);
  };
  const usage = await usageOf(usagePeriod(recurring, firedOn, now()));
  const known = { targetSid, ...(usage === undefined ? {} : { usage }) };
  if (!isOverLimit(usage)) {
    if (receiveCount < maxUsageChecks) {
      throw new NotYetError("Twilio's usage records do not confirm the trigger yet.");
    }
    return {
      ...known,
      decision: 'usage_not_confirmed',
      detail: "Twilio's usage records are below TriggerValue",
    };
  }
  if (isLate && !isOverLimit(await usageOf(currentPeriod(recurring, now())))) {
    return {
      ...known,
      decision: 'period_over',
      detail: 'its period is over, and the current period is below TriggerValue',
    };
  }
  const status = await twilio.accountStatus(targetSid);
  if (status !== 'active') return { ...known, decision: `already_${status}` };
  if (dryRun) {
    await notify(dryRunNotice(context), signal);
    return { ...known, decision: 'dry_run', detail: 'would have suspended it and ended its live calls' };
  }
  return { ...(await trip(row, status, context)), ...known };
};
