import type { CredentialFailure } from './credential-source';
import type { Account, Credentials } from './credentials';
import type { TokenSlot } from './envelope';
import { verifySignature, type SignedContent, type SigningKey } from './signature';

/** Which accounts may have signed. */
export type Claim =
  /** A form's `AccountSid`. */
  | { readonly kind: 'account'; readonly accountSid: string }
  /** JSON carries no account in its signed part. */
  | { readonly kind: 'any' }
  /** A form without one well-formed `AccountSid`: never accepted, but a genuine one is a change worth an alarm. */
  | { readonly kind: 'none' };

export interface Verified {
  readonly accountSid: string;
  readonly tokenSlot: TokenSlot;
  /** The token could not be read again after its time. */
  readonly stale: boolean;
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

const signingKey = (authToken: string): SigningKey => ({ algorithm: 'HMAC-SHA1', secret: authToken });

/**
 * Finds the account and token that signed one of the contents: the forms in which Twilio may have signed what was received. A request is refused as forged only when everything that could prove it is
 * known; as long as a token that may have signed it cannot be read, the answer is a 5xx, for it may be genuine.
 */
export const createVerify =
  (credentials: Credentials, now: () => number) =>
  async (signature: string, contents: readonly SignedContent[], claim: Claim): Promise<Verdict> => {
    const since = now();
    const refused = new Set<string>();
    const verifies = (authToken: string): boolean =>
      contents.some((content) => verifySignature(signingKey(authToken), signature, content));
    const signs = (authToken: string | undefined): boolean => {
      // The validator tries six forms of a URL; a token that failed them is not asked again.
      if (authToken === undefined || refused.has(authToken)) return false;
      const matches = verifies(authToken);
      if (!matches) refused.add(authToken);
      return matches;
    };
    const attempt = async (): Promise<Verdict> => {
      const { usable, failures } = await credentials.accounts();
      const [failure] = failures;
      if (usable.length === 0 && failure !== undefined) return credentialRejection(failure);
      const candidates = usable.filter(
        (account) => claim.kind !== 'account' || account.accountSid === claim.accountSid,
      );
      if (candidates.length === 0) {
        verifies(dummyToken);
        return failure === undefined
          ? reject('account_mismatch', 'AccountSid is not of a configured account')
          : credentialRejection(failure);
      }
      for (const account of candidates) {
        if (signs(account.authToken)) return verified(account, 'current', account.staleBecause);
      }
      if (claim.kind === 'none') {
        return reject('account_mismatch', 'AccountSid is absent, repeated or malformed');
      }
      const alternates = await Promise.all(
        candidates.map(async (account) => ({ account, tokens: await account.alternates() })),
      );
      for (const { account, tokens } of alternates) {
        if (signs(tokens.renewed)) return verified(account, 'current', tokens.failure);
        if (signs(tokens.pending)) return verified(account, 'pending', tokens.failure);
        if (signs(tokens.previous)) return verified(account, 'previous', tokens.failure);
      }
      const doubt =
        alternates.map(({ account, tokens }) => account.staleBecause ?? tokens.failure).find(Boolean) ??
        (claim.kind === 'any' ? failure : undefined);
      return doubt === undefined ? reject('signature_mismatch') : credentialRejection(doubt);
    };

    const first = await attempt();
    if ('verified' in first || claim.kind === 'none' || answersForever(first.rejection)) return first;
    return (await credentials.lookAgain(since)) ? attempt() : first;
  };

/** A failing secret has its own back-off; only a verdict on the signature is worth a second look at the secrets. */
const answersForever = ({ reason }: Unverified): boolean =>
  reason !== 'signature_mismatch' && reason !== 'account_mismatch';

const verified = (
  { accountSid }: Account,
  tokenSlot: TokenSlot,
  staleBecause: CredentialFailure | undefined,
): Verdict => ({ verified: { accountSid, tokenSlot, stale: staleBecause !== undefined } });

export const credentialRejection = ({
  reason,
  ...rest
}: CredentialFailure): { readonly rejection: Unverified } => ({
  rejection: { reason: `credentials_${reason}`, ...rest },
});
