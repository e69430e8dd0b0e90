import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readFailure, readSecretVersion } from '../../aws/secrets-manager';
import { parseAccountSecret } from '../../shared/credentials/account-secret';
import { parseBasicAuthSecret } from '../../shared/credentials/basic-auth-secret';
import type { CanaryPorts, UnusableSecret } from '../ports';

const unusable = (detail: string): UnusableSecret => ({ kind: 'unusable', detail });

const unreadable = (owner: string, error: unknown): UnusableSecret => {
  const { reason, errorName, serviceStatus } = readFailure(error);
  return { ...unusable(`${owner} is ${reason}`), serviceStatus, ...(errorName === undefined ? {} : { errorName }) };
};

/** Reads the token that Twilio signs with: the current one. */
export const createReadToken =
  (client: SecretsManagerClient): CanaryPorts['readToken'] =>
  async (arn, signal) => {
    try {
      const result = parseAccountSecret(await readSecretVersion(client, arn, current, signal));
      if (result.kind === 'ok') return { kind: 'ok', ...result.secret };
      return unusable(`the secret of an account is ${result.kind === 'placeholder' ? 'not set yet' : 'malformed'}`);
    } catch (error) {
      return unreadable('the secret of an account', error);
    }
  };

/** Reads the user name and password that Twilio sends. */
export const createReadAuthorization =
  (client: SecretsManagerClient, arn: string): NonNullable<CanaryPorts['readAuthorization']> =>
  async (signal) => {
    try {
      const result = parseBasicAuthSecret(await readSecretVersion(client, arn, current, signal));
      if (result.kind !== 'ok') return unusable('the secret for Basic authentication is not set yet or malformed');
      const [{ username, password }] = result.secret.credentials;
      return { kind: 'ok', header: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
    } catch (error) {
      return unreadable('the secret for Basic authentication', error);
    }
  };

const current = { VersionStage: 'AWSCURRENT' } as const;
