/**
 * Runs `work` with a signal that aborts with `reason()` when the time is up, by default a `TimeoutError`, or with the
 * reason of `outer` as soon as that aborts. Always waits for `work` to end: `raceDeadline` is for work that may ignore
 * the signal.
 *
 * The timer is our own. It is cleared at the end, unlike that of `AbortSignal.timeout`, and Node 20 may collect the
 * result of `AbortSignal.any` before it fires, so that the work would never end
 * (https://github.com/nodejs/node/issues/57736).
 */
export const withDeadline = async <T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
  // A function, because most work ends in time, and an error records the stack.
  reason: () => Error = () => new DOMException(`No answer within ${milliseconds} ms.`, 'TimeoutError'),
): Promise<T> => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason()), milliseconds);
  const abortWithOuter = () => controller.abort(outer?.reason);
  if (outer?.aborted === true) abortWithOuter();
  else outer?.addEventListener('abort', abortWithOuter, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abortWithOuter);
  }
};

/** The outcome of `promise`, or `onTimeout()` if the signal aborts first. What `promise` does later is ignored. */
export const raceDeadline = <T>(signal: AbortSignal, promise: Promise<T>, onTimeout: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    const onAbort = () => resolve(onTimeout());
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
