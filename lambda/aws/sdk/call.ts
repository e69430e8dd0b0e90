/** One call of a client: `send`, with all its attempts. */
export interface Call {
  readonly signal: AbortSignal;
  /** Ends the attempt in progress. */
  endAttempt?: ((reason: Error) => void) | undefined;
}

/** By the input of a command, and then by the request of an attempt. */
const calls = new WeakMap<object, Call>();

export const callOf = (inputOrRequest: object): Call | undefined => calls.get(inputOrRequest);
export const setCall = (inputOrRequest: object, call: Call): void => void calls.set(inputOrRequest, call);

/** What the SDK's own request handler throws when a signal aborts. */
export const abortError = (signal: AbortSignal): Error =>
  Object.assign(new Error('Request aborted', { cause: signal.reason }), { name: 'AbortError' });
