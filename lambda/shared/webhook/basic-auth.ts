import { createHash, timingSafeEqual } from 'node:crypto';
import type { BasicAuthSecret, BasicCredential } from '../credentials/basic-auth-secret';
import type { CredentialFailure } from '../credentials/account-secret-source';
import { createRefreshingCache, failedRead, type CacheOptions, type Read } from '../credentials/refreshing-cache';
import { minPollIntervalMs } from '../credentials/secret-timing';
import { reject, type Rejected } from './rejections';

/** Reads the version labelled AWSCURRENT of the secret for Basic authentication, uncached. Failures are values. */
export type BasicAuthSource = (
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'ok'; readonly secret: BasicAuthSecret }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure }
>;

/** Basic authentication, an optional layer in front of the signature: https://www.rfc-editor.org/rfc/rfc7617 */
export interface BasicAuth {
  /** Checks the value of an `Authorization` header. The promise never rejects. */
  check(authorization: string | undefined): Promise<BasicAuthResult>;
  /** Waits a moment for a background read. */
  finishReads(): Promise<void>;
}

export type BasicAuthResult =
  /** `stale`: the secret is older than its time to live, because it could not be read again. */
  { readonly stale: boolean } | Rejected;

/** SHA-256 of each part: all have one length, so that a comparison takes the same time whatever was sent. */
interface Digests {
  readonly username: Buffer;
  readonly password: Buffer;
}
type Accepted = readonly [Digests, Digests];

/** The longest pair that the secret may hold, twice 256 characters and a colon, has at most 2,052 in base64. */
const maxHeaderLength = 2_100;

export const createBasicAuth = (options: CacheOptions & { readonly source: BasicAuthSource }): BasicAuth => {
  const { source, now } = options;
  const cache = createRefreshingCache((signal) => readAccepted(source, signal), options);
  let nextPollAt = 0;

  const attempt = async (presented: Digests | undefined): Promise<BasicAuthResult> => {
    const found = await cache.get();
    if (found.kind === 'none') return unreadable(found.failure);
    if (presented === undefined) return reject('basic_challenge');
    if (matches(presented, found.value)) return { stale: found.failure !== undefined };
    // The pair may be a new one that could not be read yet.
    return found.failure === undefined ? reject('basic_failed') : unreadable(found.failure);
  };

  const check = async (authorization: string | undefined): Promise<BasicAuthResult> => {
    const since = now();
    const presented = readPair(authorization);
    const first = await attempt(presented);
    const failed = 'rejection' in first && first.rejection.reason === 'basic_failed';
    if (!failed) return first;
    // A read under way may bring the new pair. More reads are limited, so that wrong passwords do not become secret
    // reads.
    const reading = cache.inFlight();
    await reading;
    if (cache.lastReadBeganBefore(since) && since >= nextPollAt) {
      nextPollAt = since + minPollIntervalMs;
      await cache.refresh(since);
      return attempt(presented);
    }
    return reading === undefined ? first : attempt(presented);
  };

  return { check, finishReads: () => cache.finishRead() };
};

const readAccepted = async (source: BasicAuthSource, signal: AbortSignal): Promise<Read<Accepted>> => {
  const result = await source(signal);
  if (result.kind === 'failure') return failedRead(result.failure);
  const [first, second = first] = result.secret.credentials;
  return { kind: 'ok', value: [digestsOf(first), digestsOf(second)] };
};

/**
 * Reads the header's pair as bytes; a password may hold colons and any bytes. Anything but one well-formed pair counts
 * as no credentials and is challenged: another scheme, base64 with foreign characters, two values, no colon.
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

/** Makes every comparison, so that the time does not show which name or pair failed. */
const matches = (presented: Digests, accepted: Accepted): boolean =>
  accepted
    .map(({ username, password }) => [
      timingSafeEqual(presented.username, username),
      timingSafeEqual(presented.password, password),
    ])
    .map((equal) => equal.every(Boolean))
    .includes(true);

const unreadable = ({ reason, ...rest }: CredentialFailure): Rejected => ({
  rejection: {
    ...rest,
    reason: reason === 'unavailable' ? 'basic_secret_unavailable' : 'basic_secret_unusable',
    detail: `the secret for Basic authentication is ${reason}`,
  },
});
