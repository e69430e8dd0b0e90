import type { BreakerSecret } from '../shared/breaker/breaker-secret';
import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import { parseDecimal } from '../shared/breaker/decimal';
import { BreakerConfigError, UsageNotConfirmedYetError } from './errors';
import type { Firing } from './trigger-event';
import { dryRunNotice } from './notifications';
import type { Notify, OpenRow, OpenTwilioApi, ReadBreakerSecret, UsageQuery, Verdict } from './ports';
import { chooseTarget, matchingTriggers } from './rules';
import { trip } from './trip';
import { currentPeriod, isPeriodOver, usagePeriod } from './usage-period';

export interface JudgePorts {
  readonly readSecret: ReadBreakerSecret;
  readonly openTwilio: OpenTwilioApi;
  readonly notify: Notify;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface JudgeOptions {
  readonly stageName: string;
  readonly triggers: readonly BreakerTrigger[];
  /** Decides, and does nothing. */
  readonly dryRun: boolean;
}

/** Twilio's usage data runs behind what its trigger has seen: so many looks before the firing counts as unconfirmed. */
const maxUsageChecks = 3;

/** @throws BreakerConfigError that says what to do */
export const usableSecret = async (read: ReadBreakerSecret, signal: AbortSignal): Promise<BreakerSecret> => {
  const result = await read(signal);
  switch (result.kind) {
    case 'ok':
      return result.secret;
    case 'placeholder':
      throw new BreakerConfigError(
        "The breaker's secret is still the placeholder: run `npx gateway breaker secret`.",
      );
    case 'invalid':
      throw new BreakerConfigError(
        `The breaker's secret cannot be used: ${result.detail}. Run \`npx gateway breaker secret\`.`,
      );
  }
};

/** What can be said against a firing without asking anybody. */
const refusalOf = (firing: Firing, candidates: readonly BreakerTrigger[]): Verdict | undefined => {
  if (candidates.length === 0) {
    return {
      decision: 'unknown_trigger',
      detail: 'the configuration has no such trigger',
    };
  }
  const { currentValue, triggerValue } = firing;
  if (currentValue === undefined) {
    return { decision: 'invalid_values', detail: 'CurrentValue is no plain decimal' };
  }
  if (triggerValue === undefined || triggerValue <= 0n) {
    return { decision: 'invalid_values', detail: 'TriggerValue is no plain decimal above zero' };
  }
  return currentValue < triggerValue
    ? { decision: 'below_threshold', detail: 'CurrentValue is below TriggerValue' }
    : undefined;
};

/**
 * Decides about a firing and acts on it.
 *
 * It is confirmed by the usage of the period that it fired in. If that period is over, nothing is gained by suspending an account
 * that is below its limit today: then the usage of the current period must reach the limit, too.
 * @param firedOn the day of `DateFired`, YYYY-MM-DD
 * @param receiveCount how often the queue has given it, this time included
 * @throws for whatever keeps it from a decision: it has to come again
 */
export const createJudge =
  ({ readSecret, openTwilio, notify, now }: JudgePorts, { triggers, dryRun, stageName }: JudgeOptions) =>
  async (
    firing: Firing,
    firedOn: string,
    row: OpenRow,
    receiveCount: number,
    signal: AbortSignal,
  ): Promise<Verdict> => {
    const candidates = matchingTriggers(triggers, firing);
    const refusal = refusalOf(firing, candidates);
    if (refusal !== undefined) return refusal;

    const secret = await usableSecret(readSecret, signal);
    const choice = chooseTarget(candidates, firing, secret);
    switch (choice.kind) {
      case 'main_account':
        return { decision: 'main_account', detail: 'the trigger watches the main account' };
      case 'other_account':
        return { decision: 'other_account', detail: 'the trigger watches an account that is no target' };
      case 'unnamed':
        throw new BreakerConfigError(
          `The breaker's secret has no subaccount "${choice.name}": run \`npx gateway breaker secret\`.`,
        );
      case 'target':
    }
    const { trigger, accountSid: targetSid } = choice;
    const twilio = await openTwilio(secret, signal);
    const context = { stageName, targetSid, trigger, twilio, notify, signal };

    const { category, by, recurring } = trigger;
    const isLate = isPeriodOver(recurring, firedOn, now());

    // An attempt that came so far had it confirmed. (In dry run since then: nothing is finished.)
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
        throw new UsageNotConfirmedYetError("Twilio's usage records do not confirm the trigger yet.");
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
