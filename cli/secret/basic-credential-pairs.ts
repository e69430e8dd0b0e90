import {
  parseBasicAuthSecret,
  type BasicAuthSecret,
  type BasicCredential,
} from '../../lambda/shared/credentials/basic-auth-secret';
import type { SecretReader } from '../clients/ports';
import { CliError } from '../terminal/cli-error';
import type { Target } from '../target/target';
import { propsPlace } from '../terminal/program-name';

/** The secret for Basic authentication; `missing` if it does not exist or is scheduled for deletion. */
export type BasicPairs =
  | { readonly kind: 'ok'; readonly pairs: BasicAuthSecret['credentials'] }
  | { readonly kind: 'placeholder' | 'invalid' | 'missing' };

export const readBasicPairs = async (reader: SecretReader, secretId: string): Promise<BasicPairs> => {
  const found = await reader.read(secretId, 'AWSCURRENT');
  if (found.kind === 'missing') return found;
  const parsed = parseBasicAuthSecret(found.text);
  return parsed.kind === 'ok' ? { kind: 'ok', pairs: parsed.secret.credentials } : parsed;
};

/** @throws CliError if the stage has no Basic authentication */
export const requireBasicSecret = ({ basicAuthSecretId, name }: Target): string => {
  if (basicAuthSecretId !== undefined) return basicAuthSecretId;
  throw new CliError(
    `Basic authentication is off at ${name}. Set \`basicAuth: true\` for the stage in ${propsPlace} and deploy first.`,
  );
};

/** 16 random letters and digits are 95 bits. */
const minPasswordLength = 16;
const maxLength = 256;

/**
 * Twilio takes the user name and password from the webhook's URL, without special characters:
 * https://www.twilio.com/docs/usage/security#http-authentication
 * @throws CliError that says what is wrong and never repeats the password
 */
export const checkedPair = (username: string, entered: string): BasicCredential => {
  const isPlain = (text: string) => /^[A-Za-z0-9]+$/.test(text) && text.length <= maxLength;
  if (!isPlain(username)) {
    throw new CliError('--username takes up to 256 letters and digits: Twilio allows no other characters.', 2);
  }
  const password = entered.trim();
  if (!isPlain(password) || password.length < minPasswordLength) {
    throw new CliError(
      `A password has ${minPasswordLength} to ${maxLength} letters and digits, because it is part of a URL; ` +
        `got ${password.length} characters` +
        `${isPlain(password) ? '' : ', not all of them letters and digits'}. --generate makes one.`,
    );
  }
  return { username, password };
};
