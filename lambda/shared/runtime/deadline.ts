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
  reason: () => Error = () => timeoutError(milliseconds),
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

/** The time that a request has. For work that may end before anybody needs a signal, which costs more than a timer. */
export interface Deadline {
  /** Aborts with a `TimeoutError` when the time is up. Made when it is first read. */
  readonly signal: AbortSignal;
  /** The outcome of `promise`, or `onTimeout()` if the time is up first. What `promise` does later is ignored. */
  race<T>(promise: Promise<T>, onTimeout: () => T): Promise<T>;
  /** To be called when the work has ended. */
  clear(): void;
}

export const startDeadline = (milliseconds: number): Deadline => {
  let controller: AbortController | undefined;
  let isOver = false;
  const races: (() => void)[] = [];
  const abort = () => controller?.abort(timeoutError(milliseconds));
  const timer = setTimeout(() => {
    isOver = true;
    abort();
    for (const end of races) end();
  }, milliseconds);
  return {
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (isOver) abort();
      }
      return controller.signal;
    },
    race: (promise, onTimeout) =>
      new Promise((resolve, reject) => {
        const end = () => resolve(onTimeout());
        if (isOver) end();
        // It stays after its promise has ended: to end twice has no effect.
        races.push(end);
        void promise.then(resolve, reject);
      }),
    clear: () => clearTimeout(timer),
  };
};

const timeoutError = (milliseconds: number) => new DOMException(`No answer within ${milliseconds} ms.`, 'TimeoutError');
