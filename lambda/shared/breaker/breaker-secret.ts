import { placeholderAccountSid } from '../credentials/account-secret';
import { isAccountSid } from '../payload/sid';

/**
 * The content of the breaker's own secret: credentials of the parent account, which alone may suspend its subaccounts,
 * and the account SIDs behind the names that a stage's configuration uses. Either `authToken`, or `apiKey` and
 * `apiSecret`.
 */
export interface BreakerSecret {
  /** The parent (main) account. It is never a target. */
  readonly accountSid: string;
  /** For HTTP Basic: the API key's SID, or the account SID where the Auth Token is used. */
  readonly username: string;
  readonly password: string;
  /** Account SIDs by the names in `lib/stages.ts`. */
  readonly subaccounts: ReadonlyMap<string, string>;
}

export type BreakerSecretResult =
  | { readonly kind: 'ok'; readonly secret: BreakerSecret }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'invalid'; readonly detail: string };

/** Names of subaccounts, in the stage's configuration and in the secret. */
export const subaccountNamePattern = /^[a-z][a-z0-9-]{0,15}$/;

const apiKeyPattern = /^SK[0-9a-fA-F]{32}$/;
const invalid = (detail: string): BreakerSecretResult => ({ kind: 'invalid', detail });
const isPassword = (value: unknown): value is string => typeof value === 'string' && value !== '' && !/\s/.test(value);

/** Reads the secret's text. The detail of an invalid one says what is wrong and never quotes it. */
export const parseBreakerSecret = (text: string | undefined): BreakerSecretResult => {
  if (text === undefined || text === '') return invalid('the secret is empty');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return invalid('the secret is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) return invalid('the secret is not a JSON object');
  const { accountSid, authToken, apiKey, apiSecret, subaccounts } = parsed as Readonly<Record<string, unknown>>;
  if (accountSid === placeholderAccountSid) return { kind: 'placeholder' };
  if (!isAccountSid(accountSid)) return invalid('accountSid is not AC and 32 hex digits');
  const subaccountSids = readSubaccounts(subaccounts, accountSid);
  if (typeof subaccountSids === 'string') return invalid(subaccountSids);
  if (apiKey === undefined && apiSecret === undefined) {
    if (!isPassword(authToken)) return invalid('authToken is missing, empty, or has white space');
    return {
      kind: 'ok',
      secret: { accountSid, username: accountSid, password: authToken, subaccounts: subaccountSids },
    };
  }
  if (typeof apiKey !== 'string' || !apiKeyPattern.test(apiKey)) return invalid('apiKey is not SK and 32 hex digits');
  if (!isPassword(apiSecret)) return invalid('apiSecret is missing, empty, or has white space');
  return {
    kind: 'ok',
    secret: { accountSid, username: apiKey, password: apiSecret, subaccounts: subaccountSids },
  };
};

/** @returns the subaccounts, or what is wrong with them */
const readSubaccounts = (value: unknown, parentSid: string): ReadonlyMap<string, string> | string => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'subaccounts is not an object of names and account SIDs';
  }
  const named = new Map<string, string>();
  for (const [name, sid] of Object.entries(value)) {
    if (!subaccountNamePattern.test(name)) return 'subaccounts has a malformed name';
    if (!isAccountSid(sid)) return 'subaccounts has a value that is not an account SID';
    if (sid === parentSid) return 'subaccounts has the parent account, which cannot be suspended';
    named.set(name, sid);
  }
  return named;
};
