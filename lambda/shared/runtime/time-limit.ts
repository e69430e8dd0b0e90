/**
 * Runs `work` with a signal that aborts when `outer` does, or after so many milliseconds, with its reason or a `TimeoutError`.
 * The timer is our own: Node 20 may collect what `AbortSignal.any` makes of an `AbortSignal.timeout` before it fires, and the work
 * would never end (https://github.com/nodejs/node/issues/57736).
 */
export const withTimeLimit = async <T>(
  milliseconds: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const stop = () => controller.abort(outer.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`No answer within ${milliseconds} ms.`, 'TimeoutError'));
  }, milliseconds);
  if (outer.aborted) stop();
  else outer.addEventListener('abort', stop, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
};
