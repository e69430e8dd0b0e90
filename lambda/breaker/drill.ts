import { drillPassed } from '../shared/breaker-record';
import type { BreakerTrigger } from '../shared/breaker-trigger';
import { BreakerConfigError, describeFault } from './faults';
import { usableSecret, type JudgePorts } from './judge';
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
    for (const { target, category, by } of triggers) {
      const accountSid = secret.subaccounts.get(target);
      if (accountSid === undefined) {
        throw new BreakerConfigError(`The breaker's secret has no subaccount "${target}".`);
      }
      await Promise.all([
        twilio.accountStatus(accountSid),
        twilio.usage({ accountSid, category, by, days: { from: today, to: today } }),
        twilio.liveCalls(accountSid),
      ]);
    }
    return { decision: 'drill', detail: drillPassed };
  } catch (error) {
    return { decision: 'drill', detail: describeFault(error).detail };
  }
};
