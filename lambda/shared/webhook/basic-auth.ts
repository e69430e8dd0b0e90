import { createHash, timingSafeEqual } from 'node:crypto';
import type { BasicAuthSecret, BasicCredential } from '../credentials/basic-auth-secret';
import { boundedRead, failedRead, settleReads } from '../credentials/read-with-timeout';
import type { CredentialFailure } from '../credentials/account-secret-source';
import { createRefreshingCache, type Read } from '../credentials/refreshing-cache';
import { minPollIntervalMs, secretReadTimeoutMs } from '../credentials/secret-timing';
import { reject, type Rejection } from './rejections';

/** Reads the version labelled AWSCURRENT of the secret for Basic authentication. Rejections are values; it does not cache. */
export type BasicAuthSource = (
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'ok'; readonly secret: BasicAuthSecret }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure }
>;

/** Basic authentication, an optional layer in front of the signature: https://www.rfc-editor.org/rfc/rfc7617 */
export interface BasicAuth {
  /** Whether an `Authorization` header holds a pair that is valid. Never rejects its promise. */
  check(authorization: string | undefined): Promise<BasicVerdict>;
  /** Waits a moment for a background read. */
  settle(): Promise<void>;
}

export type BasicVerdict =
  /** `stale`: by a secret that could not be read again after its time. */
  { readonly stale: boolean } | { readonly rejection: Rejection };

/** SHA-256 of each part: equal lengths, so that a comparison takes the same time whatever was sent. */
interface Digests {
  readonly username: Buffer;
  readonly password: Buffer;
}
type Accepted = readonly [Digests, Digests];

/** Two texts of 256 characters, as long as the secret allows, and a colon have at most 2,052 in base64. */
const maxHeaderLength = 2_100;
export const createBasicAuth = (options: {
  readonly source: BasicAuthSource;
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  readonly now: () => number;
  readonly random: () => number;
  /** @default 3000 */
  readonly readTimeoutMs?: number | undefined;
}): BasicAuth => {
  const { source, now, readTimeoutMs = secretReadTimeoutMs } = options;
  const cache = createRefreshingCache(
    boundedRead(readTimeoutMs, async (signal): Promise<Read<Accepted, CredentialFailure>> => {
      const result = await source(signal);
      if (result.kind === 'failure') return failedRead(result.failure);
      const [first, second = first] = result.secret.credentials;
      return { kind: 'ok', value: [digestsOf(first), digestsOf(second)] };
    }),
    options,
  );
  let nextLookAt = 0;

  const attempt = async (presented: Digests | undefined): Promise<BasicVerdict> => {
    const found = await cache.get();
    if (found.kind === 'none') return unreadable(found.failure);
    if (presented === undefined) return reject('basic_challenge');
    if (matches(presented, found.value)) return { stale: found.failure !== undefined };
    // The pair may be a new one that could not be read.
    return found.failure === undefined ? reject('basic_failed') : unreadable(found.failure);
  };

  return {
    check: async (authorization) => {
      const since = now();
      const presented = readPair(authorization);
      const first = await attempt(presented);
      const failed = 'rejection' in first && first.rejection.reason === 'basic_failed';
      if (!failed) return first;
      // What is being read already may be the change. Another read has to wait its turn, so that wrong passwords do not
      // become secret reads.
      const reading = cache.reading();
      await reading;
      if (cache.readBefore(since) && since >= nextLookAt) {
        nextLookAt = since + minPollIntervalMs;
        await cache.refresh(since);
        return attempt(presented);
      }
      return reading === undefined ? first : attempt(presented);
    },
    settle: () => settleReads([cache]),
  };
};

/**
 * The pair of a header, as bytes. Anything else than one well-formed pair is no credentials at all, so it is challenged: another
 * scheme, base64 with foreign characters, two values, no colon. A password may hold colons and any bytes.
 */
const readPair = (authorization = ''): Digests | undefined => {
  if (authorization.length > maxHeaderLength) return undefined;
  const base64 = /^basic +([a-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const colon = bytes.indexOf(':');
  if (colon === -1) return undefined;
  return { username: digest(bytes.subarray(0, colon)), password: digest(bytes.subarray(colon + 1)) };
};

const digest = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();

const digestsOf = ({ username, password }: BasicCredential): Digests => ({
  username: digest(username),
  password: digest(password),
});

/** Every comparison is made, whatever the others give: neither the name nor the pair that failed shows in the time. */
const matches = (presented: Digests, accepted: Accepted): boolean =>
  accepted
    .map(({ username, password }) => [
      timingSafeEqual(presented.username, username),
      timingSafeEqual(presented.password, password),
    ])
    .map((equal) => equal.every(Boolean))
    .includes(true);

const unreadable = ({ reason, ...rest }: CredentialFailure): { readonly rejection: Rejection } => ({
  rejection: {
    ...rest,
    reason: reason === 'unavailable' ? 'basic_secret_unavailable' : 'basic_secret_unusable',
    detail: `the secret for Basic authentication is ${reason}`,
  },
});
