/** A user name and password of Basic authentication. The user name has no colon: it ends there. */
export interface BasicCredential {
  readonly username: string;
  readonly password: string;
}

/** The content of the secret for Basic authentication: one pair, or two while they are being changed. */
export interface BasicAuthSecret {
  readonly credentials: readonly [BasicCredential, BasicCredential?];
}

/** What the stack puts into `credentials` when it creates the secret; the random text beside it is never used. */
export const placeholderCredentials = 'CHANGE_ME';

export type BasicAuthSecretResult =
  | { readonly kind: 'ok'; readonly secret: BasicAuthSecret }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'invalid' };

/** Characters of one user name or password. A header of both in base64 stays far below API Gateway's limit. */
const maxLength = 256;

/** Reads a secret's text. Why an invalid one is invalid is not said: whoever can read it sees it. */
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

/** Not empty: an empty password would let in whoever knows the name. */
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxLength;
