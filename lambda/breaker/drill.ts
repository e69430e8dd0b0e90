import { drillPassed } from '../shared/breaker/breaker-record';
import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import { BreakerConfigError, errorDetail } from './errors';
import { usableSecret, type DecidePorts } from './decide';
import type { BreakerDecision } from './ports';

/**
 * Reads everything that a firing would: the secret, and from Twilio the status, usage and calls of every configured
 * target. It stops nothing. A problem is the drill's result, not an error, because a drill is not retried.
 */
export const drill = async (
  { readSecret, openTwilio, now }: Pick<DecidePorts, 'readSecret' | 'openTwilio' | 'now'>,
  triggers: readonly BreakerTrigger[],
  signal: AbortSignal,
): Promise<BreakerDecision> => {
  try {
    const secret = await usableSecret(readSecret, signal);
    const twilio = await openTwilio(secret, signal);
    const today = new Date(now()).toISOString().slice(0, 'YYYY-MM-DD'.length);
    // A target may have many triggers. Each usage is read once, so that the function has enough time.
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
    return { decision: 'drill', detail: errorDetail(error) };
  }
};

/** The triggers of each target, one for each usage that they watch. */
const byTarget = (triggers: readonly BreakerTrigger[]): ReadonlyMap<string, Map<string, BreakerTrigger>> => {
  const targets = new Map<string, Map<string, BreakerTrigger>>();
  for (const trigger of triggers) {
    const watched = targets.get(trigger.target) ?? new Map<string, BreakerTrigger>();
    targets.set(trigger.target, watched.set(`${trigger.category} ${trigger.by}`, trigger));
  }
  return targets;
};
