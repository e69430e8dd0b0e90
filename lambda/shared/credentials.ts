import type { AccountSecret } from './account-secret';
import { boundedRead, failedRead, defaultReadTimeoutMs, settleReads } from './bounded-read';
import type { AccountSecretSource, Alternates, CredentialFailure } from './credential-source';
import { createRefreshingCache, type Read } from './refreshing-cache';

/** A configured Twilio account whose current token is known. */
export interface Account {
  readonly accountSid: string;
  readonly authToken: string;
  /** Set where the token is older than wanted, because it could not be read again. */
  readonly staleBecause: CredentialFailure | undefined;
  /** The pending and previous tokens; read on first use. */
  alternates(): Promise<AlternateTokens>;
}

export interface AlternateTokens {
  readonly pending: string | undefined;
  readonly previous: string | undefined;
  /** Set where they are unknown or older than wanted. */
  readonly failure: CredentialFailure | undefined;
}

/** Everything that is known of the configured accounts. Nothing here rejects. */
export interface Credentials {
  accounts(): Promise<{
    readonly usable: readonly Account[];
    /** One for each secret that gives no token, in the order of configuration. */
    readonly failures: readonly CredentialFailure[];
  }>;
  /**
   * Reads everything again that was read before `since` (epoch milliseconds), unless that was done in vain less than a
   * minute ago. Tells whether anything may have changed.
   */
  forceRefresh(since: number): Promise<boolean>;
  /** The last forced refresh brought the token that was wanted: the next one need not wait. */
  refreshHelped(): void;
  /** Waits a moment for background reads: Lambda freezes them with the function once it has answered. */
  settle(): Promise<void>;
}

/** Between two forced refreshes in vain, so that forged signatures do not become secret reads. */
const forcedRefreshMs = 60_000;

export const createCredentials = (options: {
  readonly source: AccountSecretSource;
  readonly arns: readonly string[];
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  readonly now: () => number;
  readonly random: () => number;
  /** @default 3000: DescribeSecret and then GetSecretValue, each twice at the most */
  readonly readTimeoutMs?: number;
}): Credentials => {
  const { source, now, readTimeoutMs = defaultReadTimeoutMs } = options;
  const secrets = options.arns.map((arn) => ({
    current: createRefreshingCache(
      boundedRead(readTimeoutMs, async (signal): Promise<Read<AccountSecret, CredentialFailure>> => {
        const result = await source.current(arn, signal);
        return result.kind === 'ok' ? { kind: 'ok', value: result.secret } : failedRead(result.failure);
      }),
      options,
    ),
    alternates: createRefreshingCache(
      boundedRead(readTimeoutMs, async (signal): Promise<Read<Alternates, CredentialFailure>> => {
        const result = await source.alternates(arn, signal);
        return result.kind === 'ok' ? { kind: 'ok', value: result.alternates } : failedRead(result.failure);
      }),
      options,
    ),
  }));
  const caches = secrets.flatMap(({ current, alternates }) => [current, alternates]);
  let nextForcedRefreshAt = 0;
  let forcedRefresh: Promise<unknown> | undefined;

  const account = (
    secret: AccountSecret,
    staleBecause: CredentialFailure | undefined,
    cache: (typeof secrets)[number]['alternates'],
  ): Account => ({
    ...secret,
    staleBecause,
    alternates: async () => {
      const found = await cache.get();
      if (found.kind === 'none') return { pending: undefined, previous: undefined, failure: found.failure };
      const { pending, previous, previousUntil } = found.value;
      // A version of another account (or the placeholder of the beginning) says nothing about this one.
      const token = (candidate: AccountSecret | undefined) =>
        candidate?.accountSid === secret.accountSid ? candidate.authToken : undefined;
      return {
        pending: token(pending),
        previous: now() < previousUntil ? token(previous) : undefined,
        failure: found.failure,
      };
    },
  });

  return {
    accounts: async () => {
      const usable: Account[] = [];
      const failures: CredentialFailure[] = [];
      const found = await Promise.all(
        secrets.map(async (secret) => ({ ...secret, lookup: await secret.current.get() })),
      );
      for (const { lookup, alternates } of found) {
        if (lookup.kind === 'value') usable.push(account(lookup.value, lookup.failure, alternates));
        else failures.push(lookup.failure);
      }
      return { usable, failures };
    },
    forceRefresh: async (since) => {
      if (forcedRefresh === undefined) {
        const old = caches.filter((cache) => cache.readBefore(since));
        if (old.length === 0 || now() < nextForcedRefreshAt) return false;
        nextForcedRefreshAt = now() + forcedRefreshMs;
        forcedRefresh = Promise.all(old.map((cache) => cache.refresh(since))).finally(
          () => (forcedRefresh = undefined),
        );
      }
      await forcedRefresh;
      return true;
    },
    refreshHelped: () => {
      nextForcedRefreshAt = 0;
    },
    settle: () => settleReads(caches),
  };
};
