import { drillPassed } from '../shared/breaker/breaker-record';
import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import { BreakerConfigError, describeFault } from './errors';
import { usableSecret, type JudgePorts } from './decide';
import type { Verdict } from './ports';

/**
 * Tries everything that only reads: the secret, and at Twilio the status, usage and calls of every configured target. It stops
 * nothing, and what it finds is its verdict, not a fault: a drill does not come again.
 */
export const drill = async (
  { readSecret, openTwilio, now }: Pick<JudgePorts, 'readSecret' | 'openTwilio' | 'now'>,
  triggers: readonly BreakerTrigger[],
  signal: AbortSignal,
): Promise<Verdict> => {
  try {
    const secret = await usableSecret(readSecret, signal);
    const twilio = await openTwilio(secret, signal);
    const today = new Date(now()).toISOString().slice(0, 'YYYY-MM-DD'.length);
    // A target may have many triggers: each question is asked once, so that the function's time is enough.
    for (const [target, watched] of byTarget(triggers)) {
      const accountSid = secret.subaccounts.get(target);
      if (accountSid === undefined) {
        throw new BreakerConfigError(`The breaker's secret has no subaccount "${target}".`);
      }
      await Promise.all([
        twilio.accountStatus(accountSid),
        ...[...watched.values()].map(({ category, by }) =>
          twilio.usage({ accountSid, category, by, days: { from: today, to: today } }),
        ),
        twilio.liveCalls(accountSid),
      ]);
    }
    return { decision: 'drill', detail: drillPassed };
  } catch (error) {
    return { decision: 'drill', detail: describeFault(error).detail };
  }
};

/** The triggers of each target, less those that watch the same usage. */
const byTarget = (triggers: readonly BreakerTrigger[]): ReadonlyMap<string, Map<string, BreakerTrigger>> => {
  const targets = new Map<string, Map<string, BreakerTrigger>>();
  for (const trigger of triggers) {
    const watched = targets.get(trigger.target) ?? new Map<string, BreakerTrigger>();
    targets.set(trigger.target, watched.set(`${trigger.category} ${trigger.by}`, trigger));
  }
  return targets;
};
