import type { Log } from '../runtime/ports';
import type { AccountSecretSource, CredentialFailure } from './account-secret-source';
import { createRefreshingCache, type CacheOptions, type RefreshingCache } from './refreshing-cache';
import { createSnapshotReader, type SecretSnapshot, type SecretVersions } from './secret-snapshot';
import { minPollIntervalMs } from './secret-timing';

/** A configured Twilio account whose current token is known. `previous` is undefined once its time is over. */
export type Account = SecretVersions & {
  /** The secret is older than its time to live, because it could not be read again. */
  readonly isStale: boolean;
};

export interface KnownAccounts {
  readonly usable: readonly Account[];
  /**
   * One for each secret that gives no token, is older than its time to live, or has a version that could not be read,
   * in the order of configuration. While there is one, a signature that no known key made may still be genuine.
   */
  readonly failures: readonly CredentialFailure[];
}

/** The tokens of the configured accounts. No promise rejects. */
export interface Credentials {
  accounts(): Promise<KnownAccounts>;
  /** Waits for the reads under way, which may bring the missing key. @returns whether there were any */
  waitForReads(): Promise<boolean>;
  /**
   * Reads the known secrets again, at most every five seconds: for a signature that no known key made.
   * @returns whether any key may be new
   */
  pollForNewVersions(): Promise<boolean>;
  /** Waits a moment for background reads: Lambda freezes them with the function once the request is answered. */
  finishReads(): Promise<void>;
}

export interface CredentialsOptions extends CacheOptions {
  readonly source: AccountSecretSource;
  readonly arns: readonly string[];
  readonly log: Log;
}

export const createCredentials = (options: CredentialsOptions): Credentials => {
  const { now } = options;
  const caches = options.arns.map((arn) => createRefreshingCache(createSnapshotReader(arn, options), options));
  let nextPollAt = 0;
  let poll: Promise<boolean> | undefined;

  const pollCaches = async (): Promise<boolean> => {
    const results = await Promise.all(caches.map(readAgain));
    // Only the owner can make a change, and may make another at once, so a change does not count against the poll
    // limit.
    if (results.includes('changed')) nextPollAt = 0;
    return results.some((result) => result !== 'unchanged');
  };

  return {
    accounts: async () => {
      const found = await Promise.all(caches.map((cache) => cache.get()));
      return {
        usable: found.flatMap((result) =>
          result.kind === 'value' ? [accountOf(result.value, result.failure !== undefined, now())] : [],
        ),
        failures: found.flatMap((result) =>
          result.kind === 'value' ? (result.failure ?? result.value.unread ?? []) : result.failure,
        ),
      };
    },
    waitForReads: async () => {
      const reads = caches.flatMap((cache) => cache.inFlight() ?? []);
      await Promise.all(reads);
      return reads.length > 0;
    },
    pollForNewVersions: async () => {
      if (poll === undefined && now() >= nextPollAt) {
        nextPollAt = now() + minPollIntervalMs;
        poll = pollCaches().finally(() => (poll = undefined));
      }
      return (await poll) === true;
    },
    finishReads: async () => {
      await Promise.all(caches.map((cache) => cache.finishRead()));
    },
  };
};

/** The account of a snapshot. @param now epoch milliseconds */
export const accountOf = (snapshot: SecretSnapshot, isStale: boolean, now: number): Account => ({
  current: snapshot.current,
  pending: snapshot.pending,
  previous: now < snapshot.previousUntil ? snapshot.previous : undefined,
  isStale,
});

const readAgain = async (cache: RefreshingCache<SecretSnapshot>): Promise<'changed' | 'unchanged' | 'unknown'> => {
  const before = cache.lastValue();
  // Where there is no token, the request has just asked for one, and its answer is a 5xx.
  if (before === undefined) return 'unchanged';
  const read = await cache.refresh(Infinity);
  if (read?.kind !== 'ok') return 'unknown';
  return read.value === before ? 'unchanged' : 'changed';
};
