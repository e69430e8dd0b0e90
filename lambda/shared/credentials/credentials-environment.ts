import { secretArn, type EnvironmentReader } from '../runtime/environment';
import { readSecretArns } from './secret-arns';

/** The variables of every function that verifies signatures. */
export interface CredentialsEnvironment {
  /** ARNs of the account secrets, one per Twilio account, in the format of `readSecretArns`. */
  readonly ACCOUNT_SECRET_ARNS: string;
  /** How long a read secret is fresh, in seconds. */
  readonly SECRET_TTL_SECONDS: string;
  /** How long the AWSPREVIOUS token is still accepted after a rotation, in seconds. */
  readonly PREVIOUS_TOKEN_SECONDS: string;
  /** How long a read secret keeps working while Secrets Manager fails, in seconds. */
  readonly SECRET_MAX_STALE_SECONDS: string;
}

/** Times in milliseconds. */
export interface CredentialsSettings {
  readonly accountSecretArns: readonly string[];
  readonly secretTtlMs: number;
  readonly previousTokenMs: number;
  readonly secretMaxStaleMs: number;
}

const maxSeconds = 99_999_999;

export const readCredentialsSettings = (
  reader: EnvironmentReader<keyof CredentialsEnvironment>,
): CredentialsSettings => {
  const milliseconds = (name: keyof CredentialsEnvironment, min: number): number =>
    reader.wholeNumber(name, { min, max: maxSeconds }, `a whole number of seconds from ${min}`) * 1000;
  const arns = readSecretArns(reader.text('ACCOUNT_SECRET_ARNS'));
  if (arns.join() !== '' && !arns.every((arn) => secretArn.pattern.test(arn))) {
    reader.problem('ACCOUNT_SECRET_ARNS is not a list of ARNs of secrets separated by commas');
  }
  if (new Set(arns).size !== arns.length) reader.problem('ACCOUNT_SECRET_ARNS names a secret twice');
  return {
    accountSecretArns: arns,
    secretTtlMs: milliseconds('SECRET_TTL_SECONDS', 1),
    previousTokenMs: milliseconds('PREVIOUS_TOKEN_SECONDS', 0),
    secretMaxStaleMs: milliseconds('SECRET_MAX_STALE_SECONDS', 0),
  };
};
