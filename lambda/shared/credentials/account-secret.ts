import { isAccountSid } from '../payload/sid';

/**
 * A SharedKey of Twilio's Webhooks configuration API, which signs with HMAC-SHA256 in place of the Auth Token.
 * @see https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
 */
export interface SharedKey {
  /** Its SID at Twilio, or any name. Only people read it. */
  readonly name: string;
  readonly key: string;
}

/** Every key is tried for every webhook that is signed with a SharedKey. */
export const maxSharedKeys = 10;

/**
 * The content of an account's secret: Secrets Manager's managed external secret `TwilioAuthToken`, so that AWS's own
 * rotation can be switched on.
 */
export interface AccountSecret {
  readonly accountSid: string;
  readonly authToken: string;
  /** Not a field of the managed external secret. */
  readonly sharedKeys?: readonly SharedKey[];
}

/** The `accountSid` of a secret that the stack has just created. Its token is random and never used. */
export const placeholderAccountSid = 'CHANGE_ME';

export type AccountSecretResult =
  | { readonly kind: 'ok'; readonly secret: AccountSecret }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'invalid'; readonly detail: string };

/** Parses a secret. The detail of an invalid one never quotes it. */
export const parseAccountSecret = (text: string | undefined): AccountSecretResult => {
  if (text === undefined || text === '') return { kind: 'invalid', detail: 'the secret is empty' };
  if (text === placeholderAccountSid) return { kind: 'placeholder' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'invalid', detail: 'the secret is not JSON' };
  }
  if (typeof parsed !== 'object' || parsed === null) {
    return { kind: 'invalid', detail: 'the secret is not a JSON object' };
  }
  const { accountSid, authToken, sharedKeys } = parsed as Readonly<Record<string, unknown>>;
  if (accountSid === placeholderAccountSid || authToken === placeholderAccountSid) return { kind: 'placeholder' };
  if (!isAccountSid(accountSid)) return { kind: 'invalid', detail: 'accountSid is not AC and 32 hex digits' };
  if (!isKey(authToken)) {
    return { kind: 'invalid', detail: 'authToken is empty, not a string, or has white space' };
  }
  if (sharedKeys === undefined) return { kind: 'ok', secret: { accountSid, authToken } };
  if (!isSharedKeys(sharedKeys)) {
    return {
      kind: 'invalid',
      detail: `sharedKeys is not a list of up to ${String(maxSharedKeys)} keys, each with a unique name and a key`,
    };
  }
  return { kind: 'ok', secret: { accountSid, authToken, sharedKeys } };
};

/** Not empty: Twilio's validator would accept signatures made with an empty key. */
const isKey = (value: unknown): value is string => typeof value === 'string' && value !== '' && !/\s/.test(value);

export const isSharedKeyName = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);

const isSharedKeys = (value: unknown): value is readonly SharedKey[] => {
  if (!Array.isArray(value) || value.length > maxSharedKeys) return false;
  const keys: readonly unknown[] = value;
  const isSharedKey = (candidate: unknown): candidate is SharedKey => {
    if (typeof candidate !== 'object' || candidate === null) return false;
    const { name, key } = candidate as Readonly<Record<string, unknown>>;
    return isSharedKeyName(name) && isKey(key);
  };
  return keys.every(isSharedKey) && new Set(keys.map(({ name }) => name)).size === keys.length;
};
