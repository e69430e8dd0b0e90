/** The user name must not contain a colon, which ends it in the header. */
export interface BasicCredential {
  readonly username: string;
  readonly password: string;
}

/** The content of the secret for Basic authentication: one pair, or two during a change. */
export interface BasicAuthSecret {
  readonly credentials: readonly [BasicCredential, BasicCredential?];
}

/** The `credentials` that the stack creates the secret with. */
export const placeholderCredentials = 'CHANGE_ME';

export type BasicAuthSecretResult =
  | { readonly kind: 'ok'; readonly secret: BasicAuthSecret }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'invalid' };

/** Of a user name or password, in characters: a header with both stays far below API Gateway's limit. */
const maxLength = 256;

/** Parses a secret. It does not report why one is invalid: whoever can read the secret sees that. */
export const parseBasicAuthSecret = (text: string | undefined): BasicAuthSecretResult => {
  let credentials: unknown;
  try {
    ({ credentials } = JSON.parse(text ?? '') as { readonly credentials?: unknown });
  } catch {
    return { kind: 'invalid' };
  }
  if (credentials === placeholderCredentials) return { kind: 'placeholder' };
  if (!Array.isArray(credentials) || credentials.length > 2 || !credentials.every(isCredential)) {
    return { kind: 'invalid' };
  }
  const [first, second] = credentials;
  if (first === undefined) return { kind: 'invalid' };
  return { kind: 'ok', secret: { credentials: second === undefined ? [first] : [first, second] } };
};

const isCredential = (value: unknown): value is BasicCredential => {
  if (typeof value !== 'object' || value === null) return false;
  const { username, password } = value as Readonly<Record<string, unknown>>;
  return isText(username) && !username.includes(':') && isText(password);
};

/** Not empty: with an empty password the name alone would be enough. */
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxLength;
