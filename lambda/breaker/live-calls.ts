import { NoEffectError } from './errors';
import type { TwilioApi } from './ports';

/** Calls go on when an account is suspended, and while some are ended others may have been queued before. */
const rounds = 4;
const callsAtOnce = 8;

/**
 * Ends every live call of an account. A call that cannot be ended is no fault if it is gone at the next look.
 * @returns how many were ended
 * @throws the last fault, or NoEffectError, if calls are left
 */
export const endLiveCalls = async (
  twilio: Pick<TwilioApi, 'liveCalls' | 'completeCall'>,
  accountSid: string,
  signal: AbortSignal,
): Promise<number> => {
  const ended = new Set<string>();
  let fault: unknown = new NoEffectError('Calls are still live after several rounds of ending them.');
  const end = async (callSid: string): Promise<void> => {
    try {
      await twilio.completeCall(accountSid, callSid);
      ended.add(callSid);
    } catch (error) {
      fault = error;
    }
  };
  for (let round = 0; round < rounds; round += 1) {
    // Twilio's list runs behind its answers.
    const left = (await twilio.liveCalls(accountSid)).filter((callSid) => !ended.has(callSid));
    if (left.length === 0) return ended.size;
    const waiting = left.values();
    const work = async (): Promise<void> => {
      for (const callSid of waiting) {
        signal.throwIfAborted();
        await end(callSid);
      }
    };
    await Promise.all(Array.from({ length: Math.min(callsAtOnce, left.length) }, work));
  }
  throw fault;
};
