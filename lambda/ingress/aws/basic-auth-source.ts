import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseBasicAuthSecret } from '../../shared/credentials/basic-auth-secret';
import type { BasicAuthSource } from '../../shared/webhook/basic-auth';
import { readFailure, readSecretVersion } from '../../aws/secrets-manager';

/** Reads the secret for Basic authentication from Secrets Manager with the function's role. */
export const createBasicAuthSource =
  (client: SecretsManagerClient, arn: string): BasicAuthSource =>
  async (signal) => {
    try {
      const text = await readSecretVersion(client, arn, { VersionStage: 'AWSCURRENT' }, signal);
      const result = parseBasicAuthSecret(text);
      return result.kind === 'ok' ? result : { kind: 'failure', failure: { reason: result.kind } };
    } catch (error) {
      return { kind: 'failure', failure: readFailure(error) };
    }
  };
