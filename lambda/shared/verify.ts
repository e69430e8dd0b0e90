import type { CredentialFailure } from './credential-source';
import type { Account, Credentials } from './credentials';
import type { TokenSlot } from './envelope';
import type { Params } from './form';
import { isAccountSid } from './sid';
import { verifiedText, type PresentedSignature, type SignedContent, type SigningKey } from './signature';

/** Which accounts may have signed. */
export type Claim =
  /** A form's `AccountSid`. */
  | { readonly kind: 'account'; readonly accountSid: string }
  /** Nothing that is signed names an account: every configured one is tried, and the one that verifies is the account. */
  | { readonly kind: 'any' };

/**
 * The claim of a form. Some products send no `AccountSid` (Proxy, Verify); what is malformed, or repeated with different
 * values, names no account either.
 */
export const claimOf = (params: Params): Claim => {
  const [accountSid, ...others] = new Set([params['AccountSid'] ?? []].flat());
  return isAccountSid(accountSid) && others.length === 0 ? { kind: 'account', accountSid } : { kind: 'any' };
};

export interface Verified {
  readonly accountSid: string;
  readonly tokenSlot: TokenSlot;
  /** The token could not be read again after its time. */
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

/** Equal work for an account that is not configured. The key signs nothing: what it verifies is refused all the same. */
const dummyToken = '0'.repeat(32);

/**
 * Finds the account and token that signed one of the contents: the forms in which Twilio may have signed what was received. A
 * request is refused as forged only when everything that could prove it is known; as long as a token that may have signed it
 * cannot be read, the answer is a 5xx, for it may be genuine.
 */
export const createVerify =
  (credentials: Credentials, now: () => number) =>
  async (
    { algorithm, signature }: PresentedSignature,
    contents: readonly SignedContent[],
    claim: Claim,
  ): Promise<Verdict> => {
    const since = now();
    const refused = new Set<string>();
    const textSignedBy = (secret: string): string | undefined => {
      const key: SigningKey = { algorithm, secret };
      for (const content of contents) {
        const text = verifiedText(key, signature, content);
        if (text !== undefined) return text;
      }
      return undefined;
    };
    const signedText = (authToken: string | undefined): string | undefined => {
      // The validator tries six forms of a URL; a token that failed them is not asked again.
      if (authToken === undefined || refused.has(authToken)) return undefined;
      const text = textSignedBy(authToken);
      if (text === undefined) refused.add(authToken);
      return text;
    };
    const attempt = async (): Promise<Verdict> => {
      const { usable, failures } = await credentials.accounts();
      const [failure] = failures;
      if (usable.length === 0 && failure !== undefined) return credentialRejection(failure);
      const candidates = usable.filter(
        (account) => claim.kind === 'any' || account.accountSid === claim.accountSid,
      );
      if (candidates.length === 0) {
        textSignedBy(dummyToken);
        return failure === undefined
          ? reject('account_mismatch', 'AccountSid is not of a configured account')
          : credentialRejection(failure);
      }
      for (const account of candidates) {
        const text = signedText(account.authToken);
        if (text !== undefined) return verified(account, 'current', account.staleBecause, text);
      }
      const alternates = await Promise.all(
        candidates.map(async (account) => ({ account, tokens: await account.alternates() })),
      );
      for (const { account, tokens } of alternates) {
        for (const [slot, token] of [
          ['current', tokens.renewed],
          ['pending', tokens.pending],
          ['previous', tokens.previous],
        ] as const) {
          const text = signedText(token);
          if (text !== undefined) return verified(account, slot, tokens.failure, text);
        }
      }
      const doubt =
        alternates.map(({ account, tokens }) => account.staleBecause ?? tokens.failure).find(Boolean) ??
        (claim.kind === 'any' ? failure : undefined);
      return doubt === undefined ? reject('signature_mismatch') : credentialRejection(doubt);
    };

    const first = await attempt();
    if ('verified' in first || answersForever(first.rejection)) return first;
    return (await credentials.lookAgain(since)) ? attempt() : first;
  };

/** A failing secret has its own back-off; only a verdict on the signature is worth a second look at the secrets. */
const answersForever = ({ reason }: Unverified): boolean =>
  reason !== 'signature_mismatch' && reason !== 'account_mismatch';

const verified = (
  { accountSid }: Account,
  tokenSlot: TokenSlot,
  staleBecause: CredentialFailure | undefined,
  signedText: string,
): Verdict => ({ verified: { accountSid, tokenSlot, stale: staleBecause !== undefined, signedText } });

export const credentialRejection = ({
  reason,
  ...rest
}: CredentialFailure): { readonly rejection: Unverified } => ({
  rejection: { reason: `credentials_${reason}`, ...rest },
});
