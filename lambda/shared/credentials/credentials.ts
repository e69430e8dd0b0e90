import type { AccountSecret } from './account-secret';
import { boundedRead, settleReads } from './read-with-timeout';
import type { AccountSecretSource, CredentialFailure } from './account-secret-source';
import type { Log } from '../runtime/ports';
import { createRefreshingCache } from './refreshing-cache';
import { minPollIntervalMs, secretReadTimeoutMs } from './secret-timing';
import { createSnapshotReader, type SecretSnapshot } from './secret-snapshot';

/** A configured Twilio account whose current token is known. */
export interface Account {
  readonly current: AccountSecret;
  readonly pending: AccountSecret | undefined;
  /** Undefined once its time is over. */
  readonly previous: AccountSecret | undefined;
  /** Whether this is older than wanted, because it could not be read again. */
  readonly isStale: boolean;
}

/** Everything that is known of the configured accounts. Nothing here rejects. */
export interface Credentials {
  accounts(): Promise<{
    readonly usable: readonly Account[];
    /**
     * One for each secret that gives no token, is older than wanted, or has a version that could not be read, in the order of
     * configuration. As long as there is one, a signature that nothing verifies may be genuine, whatever account it claims.
     */
    readonly failures: readonly CredentialFailure[];
  }>;
  /** Waits for the reads under way, which may bring the key that is missing. Tells whether there were any. */
  readsUnderWay(): Promise<boolean>;
  /**
   * For a signature that nothing known verifies: reads again what is known, at most every five seconds. Tells whether anything
   * may be new.
   */
  lookAgain(): Promise<boolean>;
  /** Waits a moment for background reads: Lambda freezes them with the function once it has answered. */
  settle(): Promise<void>;
}

/** What a snapshot is good for at a time, in epoch milliseconds. */
export const accountOf = (snapshot: SecretSnapshot, isStale: boolean, now: number): Account => ({
  current: snapshot.current,
  pending: snapshot.pending,
  previous: now < snapshot.previousUntil ? snapshot.previous : undefined,
  isStale,
});

export const createCredentials = (options: {
  readonly source: AccountSecretSource;
  readonly arns: readonly string[];
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** @default secretReadTimeoutMs */
  readonly readTimeoutMs?: number;
}): Credentials => {
  const { now, readTimeoutMs = secretReadTimeoutMs } = options;
  const caches = options.arns.map((arn) =>
    createRefreshingCache(boundedRead(readTimeoutMs, createSnapshotReader(arn, options)), options),
  );
  let nextLookAt = 0;
  let look: Promise<boolean> | undefined;

  const readAgain = async (cache: (typeof caches)[number]): Promise<'news' | 'nothing' | 'unknown'> => {
    const before = cache.peek();
    // Where there is no token, the request has just asked for one, and its answer is a 5xx.
    if (before === undefined) return 'nothing';
    const read = await cache.refresh(Infinity);
    if (read?.kind !== 'ok') return 'unknown';
    return read.value === before ? 'nothing' : 'news';
  };

  return {
    accounts: async () => {
      const found = await Promise.all(caches.map((cache) => cache.get()));
      return {
        usable: found.flatMap((one) =>
          one.kind === 'value' ? [accountOf(one.value, one.failure !== undefined, now())] : [],
        ),
        failures: found.flatMap((one) =>
          one.kind === 'value' ? (one.failure ?? one.value.unread ?? []) : one.failure,
        ),
      };
    },
    readsUnderWay: async () => {
      const reading = caches.flatMap((cache) => cache.reading() ?? []);
      await Promise.all(reading);
      return reading.length > 0;
    },
    lookAgain: async () => {
      if (look === undefined && now() >= nextLookAt) {
        nextLookAt = now() + minPollIntervalMs;
        look = Promise.all(caches.map(readAgain))
          .then((found) => {
            // Only the owner can make a change, and may make another at once: it must not have to wait for the next look.
            if (found.includes('news')) nextLookAt = 0;
            return found.some((one) => one !== 'nothing');
          })
          .finally(() => (look = undefined));
      }
      return (await look) === true;
    },
    settle: () => settleReads(caches),
  };
};
