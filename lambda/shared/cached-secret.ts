import type { AccountSecret } from './account-secret';
import { boundedRead, failedRead } from './bounded-read';
import { withDeadline } from './deadline';
import type { AccountSecretSource, Alternates, CredentialFailure, VersionIds } from './credential-source';
import { createRefreshingCache, type Lookup, type Read, type RefreshingCache } from './refreshing-cache';

export interface CurrentVersion {
  readonly secret: AccountSecret;
  readonly versionId: string | undefined;
}

interface OtherVersions {
  /** The current token, where it is another than the one that was tried. */
  readonly renewed: string | undefined;
  readonly pending: string | undefined;
  readonly previous: string | undefined;
  /** Epoch milliseconds. */
  readonly previousUntil: number;
}

/** What an environment knows of one account's secret. Nothing here rejects. */
export interface CachedSecret {
  readonly current: RefreshingCache<CurrentVersion, CredentialFailure>;
  readonly alternates: Pick<RefreshingCache<unknown, CredentialFailure>, 'reading' | 'readBefore'>;
  /**
   * The other tokens that may have signed, as far as they are of this account.
   * @param triedVersionId of the current token that did not
   */
  alternatesOf(
    accountSid: string,
    triedVersionId: string | undefined,
  ): Promise<Lookup<OtherVersions, CredentialFailure>>;
  /**
   * Asks which versions there are and reads what is not the known one, so that a look without news reads no token.
   * @param since of the request that wants it, in epoch milliseconds
   * @returns `news` where there was a change and it is known now, `unknown` where something could not be read
   */
  readChanges(since: number): Promise<'news' | 'nothing' | 'unknown'>;
}

export const createCachedSecret = (
  arn: string,
  options: {
    readonly source: AccountSecretSource;
    readonly ttlMs: number;
    readonly maxStaleMs: number;
    readonly now: () => number;
    readonly random: () => number;
    readonly readTimeoutMs: number;
  },
): CachedSecret => {
  const { source, readTimeoutMs, now } = options;
  const current = createRefreshingCache(
    boundedRead(readTimeoutMs, async (signal): Promise<Read<CurrentVersion, CredentialFailure>> => {
      const result = await source.current(arn, signal);
      return result.kind === 'ok' ? { kind: 'ok', value: result } : failedRead(result.failure);
    }),
    options,
  );
  const alternates = createRefreshingCache(
    boundedRead(readTimeoutMs, async (signal): Promise<Read<Alternates, CredentialFailure>> => {
      const result = await source.alternates(arn, signal);
      return result.kind === 'ok' ? { kind: 'ok', value: result.alternates } : failedRead(result.failure);
    }),
    options,
  );
  /** The current version for which the others were read again because they were known beside another one. */
  let alignedWith: string | undefined;
  /** The current version for which the current one was read again because the others were known beside it. */
  let renewedFor: string | undefined;

  /**
   * AWSCURRENT may move after it was read and before the others are: then the token that was pending is neither the current one
   * that is known nor among the others.
   */
  const catchUpWith = async (versionId: string | undefined): Promise<CredentialFailure | undefined> => {
    const isBehind = () => current.peek()?.versionId !== versionId;
    if (isBehind()) await current.reading();
    if (!isBehind()) return undefined;
    if (renewedFor !== versionId) {
      renewedFor = versionId;
      await current.refresh(Infinity);
    } else {
      await current.reading();
    }
    return (await current.get()).failure;
  };

  const look = (): Promise<VersionIds | undefined> =>
    withDeadline(readTimeoutMs, ({ signal, orElse }) =>
      orElse(
        source.versions(arn, signal).then(
          (result) => (result.kind === 'ok' ? result.versions : undefined),
          () => undefined,
        ),
        () => undefined,
      ),
    );

  return {
    current,
    alternates,
    alternatesOf: async (accountSid, triedVersionId) => {
      const versionId = current.peek()?.versionId;
      const known = alternates.peek();
      // AWSCURRENT has moved since they were read, so AWSPREVIOUS has too. Once for each move: owners move labels, strangers do not.
      if (known !== undefined && known.versions.current !== versionId && alignedWith !== versionId) {
        alignedWith = versionId;
        await alternates.refresh(now());
      }
      const found = await alternates.get();
      if (found.kind === 'none') return found;
      const { pending, previous, previousUntil, versions } = found.value;
      const failure = found.failure ?? (await catchUpWith(versions.current));
      const latest = current.peek();
      // A version of another account (or the placeholder of the beginning) says nothing about this one.
      const token = (candidate: AccountSecret | undefined): string | undefined =>
        candidate?.accountSid === accountSid ? candidate.authToken : undefined;
      const renewed = latest?.versionId === triedVersionId ? undefined : token(latest?.secret);
      return {
        ...found,
        failure,
        value: { renewed, pending: token(pending), previous: token(previous), previousUntil },
      };
    },
    readChanges: async (since) => {
      const versions = await look();
      // Where nobody can tell, the reads will fail too, and then the answer is a 5xx and no refusal.
      const isBehind = (cache: 'current' | 'alternates'): boolean => {
        if (versions === undefined) return true;
        if (cache === 'current') return current.peek()?.versionId !== versions.current;
        const known = alternates.peek();
        return (
          known !== undefined &&
          (known.versions.pending !== versions.pending || known.versions.previous !== versions.previous)
        );
      };
      const behind = [
        ...(isBehind('current') ? [current] : []),
        ...(isBehind('alternates') ? [alternates] : []),
      ];
      await Promise.all(behind.map((cache) => cache.refresh(since)));
      if (behind.length === 0) return 'nothing';
      return isBehind('current') || isBehind('alternates') ? 'unknown' : 'news';
    },
  };
};
