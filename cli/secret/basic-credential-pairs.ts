import {
  parseBasicAuthSecret,
  type BasicAuthSecret,
  type BasicCredential,
} from '../../lambda/shared/credentials/basic-auth-secret';
import type { SecretReader } from '../clients/ports';
import { CliError } from '../terminal/cli-error';
import type { Target } from '../target/target';

/** What the secret of Basic authentication holds; `missing` where it does not exist or waits for its deletion. */
export type BasicPairs =
  | { readonly kind: 'ok'; readonly pairs: BasicAuthSecret['credentials'] }
  | { readonly kind: 'placeholder' | 'invalid' | 'missing' };

export const readBasicPairs = async (reader: SecretReader, secretId: string): Promise<BasicPairs> => {
  const found = await reader.read(secretId, 'AWSCURRENT');
  if (found.kind === 'missing') return found;
  const parsed = parseBasicAuthSecret(found.text);
  return parsed.kind === 'ok' ? { kind: 'ok', pairs: parsed.secret.credentials } : parsed;
};

/** @throws CliError where the stage has no Basic authentication */
export const requireBasicSecret = ({ basicAuthSecretId, name }: Target): string => {
  if (basicAuthSecretId !== undefined) return basicAuthSecretId;
  throw new CliError(
    `Basic authentication is off at ${name}. Set \`basicAuth: true\` for the stage in lib/stages.ts and deploy first.`,
  );
};

/** Of a password that a person chooses. 16 letters and digits are 95 bits if they are random. */
const minPasswordLength = 16;
const maxLength = 256;

/**
 * Twilio takes a user and password from the webhook's URL, and no special characters there:
 * https://www.twilio.com/docs/usage/security#http-authentication
 * @throws CliError that says what is wrong and never repeats the password
 */
export const checkedPair = (username: string, entered: string): BasicCredential => {
  const isPlain = (text: string) => /^[A-Za-z0-9]+$/.test(text) && text.length <= maxLength;
  if (!isPlain(username)) {
    throw new CliError('--username takes up to 256 letters and digits: Twilio takes no others in a URL.', 2);
  }
  const password = entered.trim();
  if (!isPlain(password) || password.length < minPasswordLength) {
    throw new CliError(
      `A password has ${minPasswordLength} to ${maxLength} letters and digits, because it stands in a URL; got ${password.length} characters` +
        `${isPlain(password) ? '' : ', not all of them letters and digits'}. --generate makes one.`,
    );
  }
  return { username, password };
};
