import type { CredentialFailure } from './account-secret-source';
import { raceDeadline, withDeadline } from '../runtime/deadline';
import type { Read, RefreshingCache } from './refreshing-cache';

const settleMs = 250;

/** A read belongs to no single request, so it has its own deadline; and whatever happens in it, it does not reject. */
export const boundedRead =
  <T>(timeoutMs: number, read: (signal: AbortSignal) => Promise<Read<T, CredentialFailure>>) =>
  (): Promise<Read<T, CredentialFailure>> =>
    withDeadline(timeoutMs, async (signal) => {
      const unavailable = (errorName: string): Read<T, CredentialFailure> => ({
        kind: 'failed',
        failure: { reason: 'unavailable', errorName },
      });
      try {
        return await raceDeadline(signal, read(signal), () => unavailable('TimeoutError'));
      } catch (error) {
        return unavailable(error instanceof Error ? error.name : typeof error);
      }
    });

/**
 * An outage or a refusal says nothing about the secret we know. A deleted, emptied or malformed secret does: it is its
 * owner's word.
 */
export const failedRead = (failure: CredentialFailure): Read<never, CredentialFailure> =>
  failure.reason === 'unavailable' || failure.reason === 'denied'
    ? { kind: 'failed', failure }
    : { kind: 'gone', failure };

/** Waits a moment for background reads: Lambda freezes them with the function once it has answered. */
export const settleReads = async (
  caches: readonly Pick<RefreshingCache<unknown, unknown>, 'reading'>[],
): Promise<void> => {
  const reads = caches.flatMap((cache) => cache.reading() ?? []);
  if (reads.length === 0) return;
  await withDeadline(settleMs, async (signal) => {
    await raceDeadline<unknown>(signal, Promise.all(reads), () => undefined);
  });
};
