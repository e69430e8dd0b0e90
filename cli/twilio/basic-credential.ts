import type { BasicCredential } from '../../lambda/shared/credentials/basic-auth-secret';
import type { SecretReader } from '../clients/ports';
import { readBasicPairs } from '../secret/basic-credential-pairs';
import { CliError } from '../terminal/cli-error';
import { stageOptionOf, type Target } from '../target/target';
import { cli } from '../terminal/program-name';

/**
 * The credentials that Twilio must send to a stage with Basic authentication: the first pair of its secret. During a
 * change the secret holds two pairs, the new one first.
 * @returns undefined if the stage has none
 * @throws CliError if the secret cannot be used
 */
export const readBasicCredential = async (
  { basicAuthSecretId, stage, choice }: Pick<Target, 'basicAuthSecretId' | 'stage' | 'choice'>,
  secrets: SecretReader,
): Promise<BasicCredential | undefined> => {
  if (basicAuthSecretId === undefined) return undefined;
  const held = await readBasicPairs(secrets, basicAuthSecretId);
  if (held.kind === 'ok') return held.pairs[0];
  throw new CliError(
    'The secret for Basic authentication ' +
      `${held.kind === 'placeholder' ? 'is still the placeholder' : 'cannot be used'}. ` +
      `Next: ${cli} secret basic set${stageOptionOf({ stage, choice })} --username twilio --generate`,
  );
};
