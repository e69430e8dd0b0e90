import type { AccountSecret } from '../credentials/account-secret';
import type { CredentialFailure } from '../credentials/account-secret-source';
import type { Account, Credentials, KnownAccounts } from '../credentials/credentials';
import { tokenSlots, type TokenSlot } from '../contract/token-slots';
import { single, type Params } from '../payload/form';
import { isAccountSid } from '../payload/sid';
import {
  findSignedText,
  signableTexts,
  type PresentedSignature,
  type SignableText,
  type SignatureAlgorithm,
  type SignedContent,
} from './signature';

/** The account that a request claims to come from. */
export type AccountClaim =
  /** A form's `AccountSid`. */
  | { readonly kind: 'account'; readonly accountSid: string }
  /** The signed content names no account: the keys of every configured account are tried. */
  | { readonly kind: 'any' };

/**
 * The account that a form claims. Some products send no `AccountSid` (Proxy, Verify); a malformed one, or several
 * different ones, count as none.
 */
export const claimOf = (params: Params): AccountClaim => {
  const accountSid = single(params, 'AccountSid');
  return isAccountSid(accountSid) ? { kind: 'account', accountSid } : { kind: 'any' };
};

/** The account and key that signed a request. */
export interface Signer {
  readonly accountSid: string;
  /** The version of the account's secret that holds the key; a SharedKey is always of the current one. */
  readonly tokenSlot: TokenSlot;
  /** The secret is older than its time to live, because it could not be read again. */
  readonly stale: boolean;
  /** The exact text that verified: the URL with its query as signed, then the parameters as Twilio signs them. */
  readonly signedText: string;
}

/** Why no signer was found. The reasons are codes of the log contract. */
export interface SignerRejection {
  readonly reason: 'signature_mismatch' | 'account_mismatch' | `credentials_${CredentialFailure['reason']}`;
  /** Constant text. */
  readonly detail?: string | undefined;
  readonly errorName?: string | undefined;
  readonly serviceStatus?: number | undefined;
}

export type SignerResult = { readonly signer: Signer } | { readonly rejection: SignerRejection };

/** The search for one request's signer, which goes on when more keys become known. */
interface Search extends PresentedSignature {
  readonly texts: readonly SignableText[];
  readonly claim: AccountClaim;
  readonly failedKeys: Set<string>;
  /** Dummy keys included. */
  keysTried: number;
}

/**
 * Finds the account and key that signed a request. `contents` are the equivalent spellings that Twilio may have signed.
 *
 * The request is rejected as forged only if every key that could have signed it is known. While a secret gives no
 * token, is older than its time to live or has an unreadable version, the rejection is that secret's 5xx, so that
 * Twilio retries. Neither the answer nor the work depends on the claim, so that strangers cannot find out which
 * accounts are configured.
 */
export const findSigner = async (
  credentials: Credentials,
  { algorithm, signature }: PresentedSignature,
  contents: readonly SignedContent[],
  claim: AccountClaim,
): Promise<SignerResult> => {
  const texts = signableTexts(contents);
  const search: Search = { algorithm, signature, texts, claim, failedKeys: new Set(), keysTried: 0 };
  const first = tryKnownKeys(search, await credentials.accounts());
  if ('signer' in first) return first;
  const isMoreKnown = await credentials.waitForReads();
  const second = isMoreKnown ? tryKnownKeys(search, await credentials.accounts()) : first;
  if ('signer' in second) return second;
  const mayBeNew = await credentials.pollForNewVersions();
  return mayBeNew ? tryKnownKeys(search, await credentials.accounts()) : second;
};

const tryKnownKeys = (search: Search, { usable, failures }: KnownAccounts): SignerResult => {
  const { algorithm, claim } = search;
  const [failure] = failures;
  if (usable.length === 0 && failure !== undefined) return credentialRejection(failure);
  const candidates = usable.filter(({ current }) => claim.kind === 'any' || current.accountSid === claim.accountSid);
  for (const tokenSlot of tokenSlots) {
    for (const account of candidates) {
      for (const key of keysIn(account[tokenSlot], tokenSlot, algorithm)) {
        const signedText = search.failedKeys.has(key) ? undefined : tryKey(search, key);
        if (signedText !== undefined) {
          const { accountSid } = account.current;
          return { signer: { accountSid, tokenSlot, stale: account.isStale, signedText } };
        }
      }
    }
  }
  // As much work as for the account with the most keys.
  const most = Math.max(1, ...usable.map((account) => countKeys(account, algorithm)));
  while (search.keysTried < most) tryKey(search, dummyKey);
  if (failure !== undefined) return credentialRejection(failure);
  if (candidates.length === 0) {
    return reject('account_mismatch', 'AccountSid is not of a configured account');
  }
  const hasKey = candidates.some((account) => countKeys(account, algorithm) > 0);
  return reject('signature_mismatch', hasKey ? undefined : noSharedKey);
};

const tryKey = (search: Search, secret: string): string | undefined => {
  const { algorithm, signature, texts } = search;
  search.keysTried += 1;
  const signedText = findSignedText({ algorithm, secret }, signature, texts);
  if (signedText === undefined) search.failedKeys.add(secret);
  return signedText;
};

/** Costs the time of a key. A text that it verifies is rejected all the same. */
const dummyKey = '0'.repeat(32);

/** Each algorithm has its own kind of key. */
const keysIn = (
  secret: AccountSecret | undefined,
  slot: TokenSlot,
  algorithm: SignatureAlgorithm,
): readonly string[] => {
  if (secret === undefined) return [];
  if (algorithm === 'HMAC-SHA1') return [secret.authToken];
  // AWSPREVIOUS still holds a SharedKey that was retired.
  return slot === 'current' ? (secret.sharedKeys ?? []).map(({ key }) => key) : [];
};

const countKeys = (account: Account, algorithm: SignatureAlgorithm): number =>
  tokenSlots.reduce((count, slot) => count + keysIn(account[slot], slot, algorithm).length, 0);

const noSharedKey =
  'it is HMAC-SHA256, and no SharedKey is stored: ' +
  'run npx twilio-webhook-gateway secret shared-key set if Twilio signs with one';

const reject = (reason: SignerRejection['reason'], detail?: string): SignerResult => ({
  rejection: { reason, detail },
});

export const credentialRejection = ({
  reason,
  ...rest
}: CredentialFailure): { readonly rejection: SignerRejection } => ({
  rejection: { reason: `credentials_${reason}`, ...rest },
});
