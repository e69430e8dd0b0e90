export interface Deadline {
  /** Aborts when the time is over, or with the reason of the outer signal when that aborts. */
  readonly signal: AbortSignal;
  /**
   * The promise's outcome, or `late()` where the time is over first; a port that ignores the signal cannot hold us up.
   */
  readonly orElse: <T>(promise: Promise<T>, late: () => T) => Promise<T>;
}

/**
 * Runs `work` with a deadline. Leaves no timer behind, which `AbortSignal.timeout` would, and keeps hold of the timer:
 * Node 20 may collect what `AbortSignal.any` makes of an `AbortSignal.timeout` before it fires
 * (https://github.com/nodejs/node/issues/57736).
 * @param outer ends the time early
 */
export const withDeadline = async <T>(
  milliseconds: number,
  work: (deadline: Deadline) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> => {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(), milliseconds);
  if (outer?.aborted === true) stop();
  outer?.addEventListener('abort', stop, { once: true });
  const orElse = <U>(promise: Promise<U>, late: () => U): Promise<U> =>
    new Promise((resolve, reject) => {
      const onAbort = () => resolve(late());
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  try {
    return await work({ signal, orElse });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
};
