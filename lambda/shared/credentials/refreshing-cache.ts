import { raceDeadline, withDeadline } from '../runtime/deadline';
import type { CredentialFailure } from './account-secret-source';
import { secretReadTimeoutMs } from './secret-timing';

export type Read<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The secret no longer has a usable value: the known one is dropped. */
  | { readonly kind: 'notFound'; readonly failure: CredentialFailure }
  /** The secret could not be read: the known value may still be right. */
  | { readonly kind: 'failed'; readonly failure: CredentialFailure };

export type Lookup<T> =
  /** `failure`: the last read failed, so the value is older than its time to live. */
  | { readonly kind: 'value'; readonly value: T; readonly failure: CredentialFailure | undefined }
  | { readonly kind: 'none'; readonly failure: CredentialFailure };

export interface RefreshingCache<T> {
  get(): Promise<Lookup<T>>;
  /**
   * Reads again, or waits for the read under way, unless the last read began at `since` (epoch milliseconds) or later.
   * @returns undefined if nothing was read
   */
  refresh(since: number): Promise<Read<T> | undefined>;
  /** @param since epoch milliseconds */
  lastReadBeganBefore(since: number): boolean;
  /** The value of the last read, unless the secret was not found; starts no read. */
  lastValue(): T | undefined;
  /** The read that is under way, if one is. */
  inFlight(): Promise<unknown> | undefined;
  /** Waits briefly for a background read: Lambda freezes the process, and the read, once the request is answered. */
  finishRead(): Promise<void>;
}

export interface CacheOptions {
  readonly ttlMs: number;
  /** How long a value is served after it was read, while reads fail. */
  readonly maxStaleMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** @default secretReadTimeoutMs */
  readonly readTimeoutMs?: number | undefined;
}

/** Short, because an operator is probably about to store the secret. */
const notFoundTtlMs = 5_000;
/** How long a known value is served after a failed read before the next one. */
const backOffMs = 10_000;
const finishMs = 250;

/** Only a missing, emptied or malformed secret invalidates the value we know: an outage or a denied call does not. */
export const failedRead = (failure: CredentialFailure): Read<never> =>
  failure.reason === 'unavailable' || failure.reason === 'denied'
    ? { kind: 'failed', failure }
    : { kind: 'notFound', failure };

/**
 * Caches one secret: one read at a time, refreshed in the background once the time to live has passed, served stale
 * while reads fail. A value that was not read for twice its time to live (an idle function) is read again before it is
 * served.
 * @param read an error that it throws counts as `unavailable`
 */
export const createRefreshingCache = <T>(
  read: (signal: AbortSignal) => Promise<Read<T>>,
  options: CacheOptions,
): RefreshingCache<T> => {
  const { ttlMs, maxStaleMs, now, random, readTimeoutMs = secretReadTimeoutMs } = options;
  let held: { readonly value: T; readonly readAt: number; readonly freshUntil: number } | undefined;
  let lastFailure: { readonly failure: CredentialFailure; readonly retryAt: number } | undefined;
  let readInProgress: Promise<Read<T>> | undefined;
  let lastReadAt = -Infinity;

  const heldValue = (): Lookup<T> | undefined =>
    held !== undefined && now() < Math.max(held.freshUntil, held.readAt + maxStaleMs)
      ? { kind: 'value', value: held.value, failure: lastFailure?.failure }
      : undefined;

  const load = async (): Promise<Read<T>> => {
    const readAt = now();
    lastReadAt = readAt;
    const outcome = await readWithin(readTimeoutMs, read);
    if (outcome.kind === 'ok') {
      // ±10 %, so that many environments started together do not read together.
      held = { value: outcome.value, readAt, freshUntil: readAt + ttlMs * (0.9 + 0.2 * random()) };
      lastFailure = undefined;
    } else if (outcome.kind === 'notFound') {
      held = undefined;
      lastFailure = { failure: outcome.failure, retryAt: now() + notFoundTtlMs };
    } else {
      // With nothing to serve, every request tries again.
      lastFailure = { failure: outcome.failure, retryAt: heldValue() === undefined ? 0 : now() + backOffMs };
    }
    return outcome;
  };
  const start = () => (readInProgress ??= load().finally(() => (readInProgress = undefined)));

  const get = async (): Promise<Lookup<T>> => {
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
  };

  return {
    get,
    refresh: async (since) => (readInProgress !== undefined || lastReadAt < since ? start() : undefined),
    lastReadBeganBefore: (since) => lastReadAt < since,
    lastValue: () => held?.value,
    inFlight: () => readInProgress,
    finishRead: async () => {
      const reading = readInProgress;
      if (reading === undefined) return;
      await withDeadline(finishMs, (signal) => raceDeadline<unknown>(signal, reading, () => undefined));
    },
  };
};

/** Several requests may wait for one read, so it has its own deadline. Never rejects. */
const readWithin = <T>(timeoutMs: number, read: (signal: AbortSignal) => Promise<Read<T>>): Promise<Read<T>> =>
  withDeadline(timeoutMs, async (signal): Promise<Read<T>> => {
    try {
      return await raceDeadline<Read<T>>(signal, read(signal), () => unavailable('TimeoutError'));
    } catch (error) {
      return unavailable(error instanceof Error ? error.name : typeof error);
    }
  });

const unavailable = (errorName: string): Read<never> => ({
  kind: 'failed',
  failure: { reason: 'unavailable', errorName },
});
