export type Read<T, F> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The source says that there is no value: what was known is over. */
  | { readonly kind: 'gone'; readonly failure: F }
  /** The source could not say: what was known may still hold. */
  | { readonly kind: 'failed'; readonly failure: F };

export type Lookup<T, F> =
  /** `failure`: the last attempt to read failed, so the value is older than wanted. */
  | { readonly kind: 'value'; readonly value: T; readonly failure: F | undefined }
  | { readonly kind: 'none'; readonly failure: F };

export interface RefreshingCache<T, F> {
  get(): Promise<Lookup<T, F>>;
  /** Reads again unless the last read began at `since` (epoch milliseconds) or later. */
  refresh(since: number): Promise<Read<T, F> | undefined>;
  readBefore(since: number): boolean;
  /** What was read last, unless the source said that it is gone; starts no read. */
  peek(): T | undefined;
  /** The read that is under way, if one is. */
  reading(): Promise<unknown> | undefined;
}

/** How long a source that said "there is none" is believed. Short: an operator is about to repair it. */
const goneMs = 5_000;
/** How long a known value is served before a failing source is asked again. */
const backOffMs = 10_000;

/**
 * Holds one value: single flight, refreshed in the background once its time to live has passed, served stale while the
 * source fails. A value unread for twice its time to live (an idle function) is not served unasked: one read is waited for.
 * @param read must not reject
 */
export const createRefreshingCache = <T, F>(
  read: () => Promise<Read<T, F>>,
  options: {
    readonly ttlMs: number;
    readonly maxStaleMs: number;
    readonly now: () => number;
    /** 0 to 1. */
    readonly random: () => number;
  },
): RefreshingCache<T, F> => {
  const { ttlMs, maxStaleMs, now, random } = options;
  let held: { readonly value: T; readonly readAt: number; readonly freshUntil: number } | undefined;
  let lastFailure: { readonly failure: F; readonly retryAt: number } | undefined;
  let flight: Promise<Read<T, F>> | undefined;
  let lastReadAt = -Infinity;

  const heldValue = (): Lookup<T, F> | undefined =>
    held !== undefined && now() < Math.max(held.freshUntil, held.readAt + maxStaleMs)
      ? { kind: 'value', value: held.value, failure: lastFailure?.failure }
      : undefined;

  const load = async (): Promise<Read<T, F>> => {
    const readAt = now();
    lastReadAt = readAt;
    const outcome = await read();
    if (outcome.kind === 'ok') {
      // ±10 %, so that many environments started together do not ask together.
      held = { value: outcome.value, readAt, freshUntil: readAt + ttlMs * (0.9 + 0.2 * random()) };
      lastFailure = undefined;
    } else if (outcome.kind === 'gone') {
      held = undefined;
      lastFailure = { failure: outcome.failure, retryAt: now() + goneMs };
    } else {
      // With nothing to serve, every request may be the one that gets through.
      lastFailure = { failure: outcome.failure, retryAt: heldValue() === undefined ? 0 : now() + backOffMs };
    }
    return outcome;
  };
  const start = () => (flight ??= load().finally(() => (flight = undefined)));

  return {
    get: async () => {
      const at = now();
      const known = heldValue();
      const isFresh = held !== undefined && at < held.freshUntil && lastFailure === undefined;
      if (known !== undefined && isFresh) return known;
      if (lastFailure !== undefined && at < lastFailure.retryAt) {
        return known ?? { kind: 'none', failure: lastFailure.failure };
      }
      const reading = start();
      if (known !== undefined && held !== undefined && at < held.freshUntil + ttlMs) return known;
      const outcome = await reading;
      return outcome.kind === 'ok'
        ? { kind: 'value', value: outcome.value, failure: undefined }
        : (heldValue() ?? { kind: 'none', failure: outcome.failure });
    },
    refresh: async (since) => (flight !== undefined || lastReadAt < since ? start() : undefined),
    readBefore: (since) => lastReadAt < since,
    peek: () => held?.value,
    reading: () => flight,
  };
};
