export interface Deadline {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  /** The promise's outcome, or `late()` where the time is over first; a port that ignores the signal cannot hold us up. */
  readonly orElse: <T>(promise: Promise<T>, late: () => T) => Promise<T>;
}

/** Runs `work` with a deadline. Leaves no timer behind, which `AbortSignal.timeout` would. */
export const withDeadline = async <T>(
  milliseconds: number,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), milliseconds);
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
  }
};
