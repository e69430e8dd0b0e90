import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { ReadBreakerSecret } from '../ports';
import { parseBreakerSecret } from '../../shared/breaker/breaker-secret';
import { createSdkClient } from '../../aws/sdk/client';

/**
 * Reads the breaker's secret each time: a firing is rare, and a corrected secret must be used at the next retry.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createBreakerSecretReader = (
  secretArn: string,
  overrides: SecretsManagerClientConfig = {},
): ReadBreakerSecret => {
  const client = createSdkClient(SecretsManagerClient, { requestTimeoutMs: 1500, maxAttempts: 3 }, overrides);
  return async (signal) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }), {
      abortSignal: signal,
    });
    return parseBreakerSecret(SecretString);
  };
};
