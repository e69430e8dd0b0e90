import { isAccountSid } from './sid';

/**
 * The content of an account's secret, in the shape of Secrets Manager's managed external secret `TwilioAuthToken`,
 * so that AWS's own rotation can be switched on.
 */
export interface AccountSecret {
  readonly accountSid: string;
  readonly authToken: string;
}

/** What the stack puts into `accountSid` when it creates the secret; the token beside it is random and never used. */
export const placeholderAccountSid = 'CHANGE_ME';

export type AccountSecretResult =
  | { readonly kind: 'ok'; readonly secret: AccountSecret }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'invalid'; readonly detail: string };

/** Reads a secret's text. The detail of an invalid one says what is wrong and never quotes it. */
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
  const { accountSid, authToken } = parsed as Readonly<Record<string, unknown>>;
  if (accountSid === placeholderAccountSid || authToken === placeholderAccountSid)
    return { kind: 'placeholder' };
  if (!isAccountSid(accountSid)) return { kind: 'invalid', detail: 'accountSid is not AC and 32 hex digits' };
  // An empty key would make forging trivial: Twilio's validator accepts it.
  if (typeof authToken !== 'string' || authToken === '' || /\s/.test(authToken)) {
    return { kind: 'invalid', detail: 'authToken is empty, not a string, or has white space' };
  }
  return { kind: 'ok', secret: { accountSid, authToken } };
};
