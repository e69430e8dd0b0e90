import { settleReads } from './bounded-read';
import { createCachedSecret, type CachedSecret, type CurrentVersion } from './cached-secret';
import type { AccountSecretSource, CredentialFailure } from './credential-source';
import { lookAgainMs, secretReadTimeoutMs } from './secret-freshness';

/** A configured Twilio account whose current token is known. */
export interface Account {
  readonly accountSid: string;
  readonly authToken: string;
  /** Set where the token is older than wanted, because it could not be read again. */
  readonly staleBecause: CredentialFailure | undefined;
  /** The other tokens that may have signed; read on first use. */
  alternates(): Promise<AlternateTokens>;
}

export interface AlternateTokens {
  /** The current token, where AWSCURRENT has moved since `authToken` was read. */
  readonly renewed: string | undefined;
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
   * For a signature that nothing known verifies: waits for reads under way, and reads again what changed at Secrets Manager
   * since `since` (epoch milliseconds), looking there at most every five seconds. Tells whether anything may be new.
   */
  lookAgain(since: number): Promise<boolean>;
  /** Waits a moment for background reads: Lambda freezes them with the function once it has answered. */
  settle(): Promise<void>;
}

export const createCredentials = (options: {
  readonly source: AccountSecretSource;
  readonly arns: readonly string[];
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  readonly now: () => number;
  readonly random: () => number;
  /** @default secretReadTimeoutMs */
  readonly readTimeoutMs?: number;
}): Credentials => {
  const { now } = options;
  const secrets = options.arns.map((arn) =>
    createCachedSecret(arn, { ...options, readTimeoutMs: options.readTimeoutMs ?? secretReadTimeoutMs }),
  );
  const caches = secrets.flatMap(({ current, alternates }) => [current, alternates]);
  let nextLookAt = 0;
  let look: Promise<boolean> | undefined;

  const account = (
    { secret, versionId }: CurrentVersion,
    staleBecause: CredentialFailure | undefined,
    cached: CachedSecret,
  ): Account => ({
    ...secret,
    staleBecause,
    alternates: async () => {
      const found = await cached.alternatesOf(secret.accountSid, versionId);
      const { failure } = found;
      if (found.kind === 'none') {
        return { renewed: undefined, pending: undefined, previous: undefined, failure };
      }
      const { renewed, pending, previous, previousUntil } = found.value;
      return { renewed, pending, previous: now() < previousUntil ? previous : undefined, failure };
    },
  });

  return {
    accounts: async () => {
      const usable: Account[] = [];
      const failures: CredentialFailure[] = [];
      const found = await Promise.all(
        secrets.map(async (cached) => ({ cached, lookup: await cached.current.get() })),
      );
      for (const { lookup, cached } of found) {
        if (lookup.kind === 'value') usable.push(account(lookup.value, lookup.failure, cached));
        else failures.push(lookup.failure);
      }
      return { usable, failures };
    },
    lookAgain: async (since) => {
      // These cost nothing more, and may be the very reads that bring the token: a value past its time is served while it is
      // read again.
      const reading = caches.flatMap((cache) => cache.reading() ?? []);
      await Promise.all(reading);
      if (look === undefined && caches.some((cache) => cache.readBefore(since)) && now() >= nextLookAt) {
        nextLookAt = now() + lookAgainMs;
        look = Promise.all(secrets.map((cached) => cached.readChanges(since)))
          .then((found) => {
            // A change is its owner's doing, and another may follow at once: no stranger can use up the look for that one.
            if (found.includes('news')) nextLookAt = 0;
            return found.some((one) => one !== 'nothing');
          })
          .finally(() => (look = undefined));
      }
      return (await look) === true || reading.length > 0;
    },
    settle: () => settleReads(caches),
  };
};
