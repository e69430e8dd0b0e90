import type { AccountSecret } from '../credentials/account-secret';
import type { CredentialFailure } from '../credentials/account-secret-source';
import type { Account, Credentials } from '../credentials/credentials';
import type { TokenSlot } from '../payload/envelope';
import type { Params } from '../payload/form';
import { isAccountSid } from '../payload/sid';
import {
  findSignedText,
  signableTexts,
  type PresentedSignature,
  type SignatureAlgorithm,
  type SignedContent,
} from './signature';

/** Which accounts may have signed. */
export type AccountClaim =
  /** A form's `AccountSid`. */
  | { readonly kind: 'account'; readonly accountSid: string }
  /** Nothing that is signed names an account: every configured one is tried, and the one that verifies is the account. */
  | { readonly kind: 'any' };

/**
 * The claim of a form. Some products send no `AccountSid` (Proxy, Verify); what is malformed, or repeated with different
 * values, names no account either.
 */
export const claimOf = (params: Params): AccountClaim => {
  const [accountSid, ...others] = new Set([params['AccountSid'] ?? []].flat());
  return isAccountSid(accountSid) && others.length === 0 ? { kind: 'account', accountSid } : { kind: 'any' };
};

export interface Verified {
  readonly accountSid: string;
  /** The version of the account's secret that holds the key; a SharedKey is always of the current one. */
  readonly tokenSlot: TokenSlot;
  /** The key could not be read again after its time. */
  readonly stale: boolean;
  /** The exact text that verified: the URL with its query as signed, then the parameters as Twilio signs them. */
  readonly signedText: string;
}

/** Why nothing was proven: codes of the log contract. */
export interface Unverified {
  readonly reason: 'signature_mismatch' | 'account_mismatch' | `credentials_${CredentialFailure['reason']}`;
  /** Constant text. */
  readonly detail?: string | undefined;
  readonly errorName?: string | undefined;
  readonly serviceStatus?: number | undefined;
}

export type Verdict = { readonly verified: Verified } | { readonly rejection: Unverified };

const reject = (reason: Unverified['reason'], detail?: string): Verdict => ({
  rejection: { reason, detail },
});

/** Signs nothing: what it verifies is refused all the same. */
const dummyKey = '0'.repeat(32);

const slots: readonly TokenSlot[] = ['current', 'pending', 'previous'];

/** An algorithm is tried with its own kind of key and no other. */
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
  slots.flatMap((slot) => keysIn(account[slot], slot, algorithm)).length;

/**
 * Finds the account and key that signed one of the contents: the forms in which Twilio may have signed what was received.
 *
 * A request is refused as forged only when everything is known that could prove it. As long as one secret gives no token, or is
 * older than wanted, or has an unreadable version, everything that nothing verifies is answered with that secret's 5xx: it may
 * be genuine, because the unknown token may be of the account that it claims. The claim makes no difference to the answer, nor
 * to the work, so strangers cannot tell which accounts are configured.
 */
export const createVerify =
  (credentials: Credentials) =>
  async (
    { algorithm, signature }: PresentedSignature,
    contents: readonly SignedContent[],
    claim: AccountClaim,
  ): Promise<Verdict> => {
    const texts = signableTexts(contents);
    const refused = new Set<string>();
    let tried = 0;
    const textSignedBy = (secret: string): string | undefined => {
      tried += 1;
      const text = findSignedText({ algorithm, secret }, signature, texts);
      if (text === undefined) refused.add(secret);
      return text;
    };
    const attempt = async (): Promise<Verdict> => {
      const { usable, failures } = await credentials.accounts();
      const [failure] = failures;
      if (usable.length === 0 && failure !== undefined) return credentialRejection(failure);
      const candidates = usable.filter(
        ({ current }) => claim.kind === 'any' || current.accountSid === claim.accountSid,
      );
      for (const slot of slots) {
        for (const account of candidates) {
          for (const key of keysIn(account[slot], slot, algorithm)) {
            const signedText = refused.has(key) ? undefined : textSignedBy(key);
            if (signedText !== undefined) {
              const { accountSid } = account.current;
              return { verified: { accountSid, tokenSlot: slot, stale: account.isStale, signedText } };
            }
          }
        }
      }
      const most = Math.max(1, ...usable.map((account) => countKeys(account, algorithm)));
      while (tried < most) textSignedBy(dummyKey);
      if (failure !== undefined) return credentialRejection(failure);
      if (candidates.length === 0) {
        return reject('account_mismatch', 'AccountSid is not of a configured account');
      }
      const hasKey = candidates.some((account) => countKeys(account, algorithm) > 0);
      return reject('signature_mismatch', hasKey ? undefined : noSharedKey);
    };

    const first = await attempt();
    if ('verified' in first) return first;
    const second = (await credentials.readsUnderWay()) ? await attempt() : first;
    if ('verified' in second) return second;
    return (await credentials.lookAgain()) ? attempt() : second;
  };

const noSharedKey =
  'it is HMAC-SHA256, and no SharedKey is stored: run npx gateway secret shared-key set if Twilio signs with one';

export const credentialRejection = ({
  reason,
  ...rest
}: CredentialFailure): { readonly rejection: Unverified } => ({
  rejection: { reason: `credentials_${reason}`, ...rest },
});
