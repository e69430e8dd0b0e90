import { parseBasicAuthSecret, type BasicCredential } from '../../lambda/shared/basic-auth-secret';
import type { SecretReader } from '../account-secrets';
import { CliError } from '../cli-error';
import type { Target } from '../target';

/**
 * What Twilio has to send to a stage with Basic authentication: the first pair of its secret. While credentials are changed the
 * secret holds two; the new one goes first.
 * @returns undefined where the stage has none
 * @throws CliError if the secret cannot be used
 */
export const readBasicCredential = async (
  { basicAuthSecretId }: Target,
  secrets: SecretReader,
): Promise<BasicCredential | undefined> => {
  if (basicAuthSecretId === undefined) return undefined;
  const found = await secrets.read(basicAuthSecretId, 'AWSCURRENT');
  const parsed = parseBasicAuthSecret(found.kind === 'text' ? found.text : undefined);
  if (parsed.kind === 'ok') return parsed.secret.credentials[0];
  throw new CliError(
    `The secret of Basic authentication ${parsed.kind === 'placeholder' ? 'is still the placeholder' : 'cannot be used'}: ` +
      'store credentials in it first (the output BasicAuthSecretArn names it).',
  );
};
