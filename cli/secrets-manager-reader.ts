import type {
  DescribeSecretCommandInput,
  DescribeSecretCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { SecretReader } from './account-secrets';

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** The calls used of the SDK's `SecretsManager` client. */
export interface SecretsManagerCalls {
  getSecretValue(
    input: GetSecretValueCommandInput,
    options: CallOptions,
  ): Promise<Pick<GetSecretValueCommandOutput, 'SecretString'>>;
  describeSecret(
    input: DescribeSecretCommandInput,
    options: CallOptions,
  ): Promise<Pick<DescribeSecretCommandOutput, 'Name' | 'LastChangedDate' | 'VersionIdsToStages'>>;
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ResourceNotFoundException';

export const createSecretsManagerReader = (
  client: SecretsManagerCalls,
  abortSignal: AbortSignal,
): SecretReader => ({
  describe: async (secretId) => {
    try {
      const found = await client.describeSecret({ SecretId: secretId }, { abortSignal });
      return {
        name: found.Name ?? secretId,
        stages: Object.values(found.VersionIdsToStages ?? {}).flat(),
        changedAt: found.LastChangedDate?.toISOString() ?? null,
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  read: async (secretId, stage) => {
    try {
      const found = await client.getSecretValue({ SecretId: secretId, VersionStage: stage }, { abortSignal });
      return { kind: 'text', text: found.SecretString };
    } catch (error) {
      // The same name for a missing secret and for a missing version stage.
      if (isNotFound(error)) return { kind: 'missing' };
      throw error;
    }
  },
});
