import { readSecretArns } from './secret-arns';

/** The part of an environment that every function needs which verifies signatures. All values are strings, as Lambda gives them. */
export interface CredentialsEnvironment {
  /** ARNs of the account secrets, one per Twilio account, as `readSecretArns` takes them. */
  readonly ACCOUNT_SECRET_ARNS: string;
  /** How long a read secret is fresh, in seconds. */
  readonly SECRET_TTL_SECONDS: string;
  /** How long the AWSPREVIOUS token is still accepted after a rotation, in seconds. */
  readonly PREVIOUS_TOKEN_SECONDS: string;
  /** How long a read secret keeps working while Secrets Manager fails, in seconds. */
  readonly SECRET_MAX_STALE_SECONDS: string;
}

/** The same, read. Times in milliseconds. */
export interface CredentialsSettings {
  readonly accountSecretArns: readonly string[];
  readonly secretTtlMs: number;
  readonly previousTokenMs: number;
  readonly secretMaxStaleMs: number;
}

const secretArn = /^arn:[\w-]+:secretsmanager:\S+$/;

export const isSecretArn = (value: string): boolean => secretArn.test(value);

/** @param faults gets a line for each value that is wrong */
export const readCredentialsEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
  faults: string[],
): CredentialsSettings => {
  const text = (name: keyof CredentialsEnvironment): string => {
    const value = env[name] ?? '';
    if (value === '') faults.push(`${name} is not set`);
    return value;
  };
  const milliseconds = (name: keyof CredentialsEnvironment, minSeconds: number): number => {
    const value = text(name);
    const seconds = /^\d{1,8}$/.test(value) ? Number(value) : -1;
    if (value !== '' && seconds < minSeconds) {
      faults.push(`${name} is "${value}", allowed is a whole number of seconds from ${minSeconds}`);
    }
    return seconds * 1000;
  };
  const arns = readSecretArns(text('ACCOUNT_SECRET_ARNS'));
  if (arns.join() !== '' && !arns.every(isSecretArn)) {
    faults.push('ACCOUNT_SECRET_ARNS holds something else than ARNs of secrets separated by commas');
  }
  if (new Set(arns).size !== arns.length) faults.push('ACCOUNT_SECRET_ARNS names a secret twice');
  return {
    accountSecretArns: arns,
    secretTtlMs: milliseconds('SECRET_TTL_SECONDS', 1),
    previousTokenMs: milliseconds('PREVIOUS_TOKEN_SECONDS', 0),
    secretMaxStaleMs: milliseconds('SECRET_MAX_STALE_SECONDS', 0),
  };
};
