/** Finds out whether the event of a canary came out of the topic. */
export type WaitForPublished = (canaryId: string, signal: AbortSignal) => Promise<boolean>;

/**
 * Several canaries may wait at once: one of them takes events from the queue for all.
 * @param take from the queue, as `CanaryPorts` has it
 */
export const createWaitForPublished = (take: (signal: AbortSignal) => Promise<readonly string[]>): WaitForPublished => {
  const seen = new Set<string>();
  let taking: Promise<void> | undefined;
  const takeOnce = (signal: AbortSignal): Promise<void> =>
    (taking ??= take(signal)
      .then((ids) => {
        for (const id of ids) seen.add(id);
      })
      .finally(() => {
        taking = undefined;
      }));
  return async (canaryId, signal) => {
    while (!seen.has(canaryId) && !signal.aborted) await takeOnce(signal);
    return seen.has(canaryId);
  };
};
