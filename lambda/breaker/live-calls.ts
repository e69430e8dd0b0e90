import { NoEffectError } from './errors';
import type { TwilioApi } from './ports';

/**
 * In each round the live calls are listed and ended. Suspending an account does not end its calls, and calls that were
 * queued before may start during a round.
 */
const rounds = 4;
const callsAtOnce = 8;

/**
 * Ends every live call of an account. A call that could not be ended is ignored if the next list no longer has it.
 * @returns how many were ended
 * @throws the last error, or NoEffectError, if calls are still live
 */
export const endLiveCalls = async (
  twilio: Pick<TwilioApi, 'liveCalls' | 'completeCall'>,
  accountSid: string,
  signal: AbortSignal,
): Promise<number> => {
  const ended = new Set<string>();
  let lastError: unknown = new NoEffectError('Calls are still live after several rounds of ending them.');
  const end = async (callSid: string): Promise<void> => {
    try {
      await twilio.completeCall(accountSid, callSid);
      ended.add(callSid);
    } catch (error) {
      lastError = error;
    }
  };
  for (let round = 0; round < rounds; round += 1) {
    // Twilio's list may still contain calls that it has just ended.
    const remaining = (await twilio.liveCalls(accountSid)).filter((callSid) => !ended.has(callSid));
    if (remaining.length === 0) return ended.size;
    const waiting = remaining.values();
    const work = async (): Promise<void> => {
      for (const callSid of waiting) {
        signal.throwIfAborted();
        await end(callSid);
      }
    };
    await Promise.all(Array.from({ length: Math.min(callsAtOnce, remaining.length) }, work));
  }
  throw lastError;
};
