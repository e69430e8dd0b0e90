import { raceDeadline, withDeadline } from '../shared/runtime/deadline';

/** For one call after the handler has ended, if there is time. */
const maxCallMs = 3_000;
/** Left when the last call has ended. */
const marginMs = 250;

/**
 * One call after a handler has ended. Whatever it does, the invocation ends in time, with an answer for the batch.
 * @throws what the call throws; the signal's reason if it takes too long
 */
export const inTime = (remainingMs: () => number, call: (signal: AbortSignal) => Promise<void>): Promise<void> =>
  withDeadline(Math.max(1, Math.min(maxCallMs, (remainingMs() - marginMs) / 2)), async (signal) => {
    const isInTime = await raceDeadline<boolean>(
      signal,
      call(signal).then(() => true),
      () => false,
    );
    if (!isInTime) throw signal.reason;
  });
