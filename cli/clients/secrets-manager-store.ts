import type {
  DescribeSecretCommandInput,
  DescribeSecretCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
  PutSecretValueCommandInput,
  RestoreSecretCommandInput,
  UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { type SecretStore } from './ports';
import { versionStages } from './ports';
import { CliError } from '../terminal/cli-error';
import type { CallOptions } from './sdk-configuration';
import { propsPlace } from '../terminal/program-name';

/** The methods that are used of the SDK's `SecretsManager` client. */
interface SecretsManagerCalls {
  getSecretValue(
    input: GetSecretValueCommandInput,
    options: CallOptions,
  ): Promise<Pick<GetSecretValueCommandOutput, 'SecretString'>>;
  describeSecret(
    input: DescribeSecretCommandInput,
    options: CallOptions,
  ): Promise<Pick<DescribeSecretCommandOutput, 'Name' | 'LastChangedDate' | 'VersionIdsToStages' | 'DeletedDate'>>;
  putSecretValue(input: PutSecretValueCommandInput, options: CallOptions): Promise<unknown>;
  restoreSecret(input: RestoreSecretCommandInput, options: CallOptions): Promise<unknown>;
  updateSecretVersionStage(input: UpdateSecretVersionStageCommandInput, options: CallOptions): Promise<unknown>;
}

const isNotFound = (error: unknown): boolean => error instanceof Error && error.name === 'ResourceNotFoundException';

/** What GetSecretValue throws for a secret that is scheduled for deletion. */
const isBeingDeleted = (error: unknown): boolean => error instanceof Error && error.name === 'InvalidRequestException';

export const createSecretsManagerStore = (client: SecretsManagerCalls, abortSignal: AbortSignal): SecretStore => ({
  describe: async (secretId) => {
    try {
      const found = await client.describeSecret({ SecretId: secretId }, { abortSignal });
      return {
        name: found.Name ?? secretId,
        stages: Object.values(found.VersionIdsToStages ?? {}).flat(),
        versionIds: Object.fromEntries(
          Object.entries(found.VersionIdsToStages ?? {}).flatMap(([id, stages]) =>
            versionStages.filter((stage) => stages.includes(stage)).map((stage) => [stage, id]),
          ),
        ),
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
      // Secrets Manager has one error name for a missing secret and a missing version stage.
      if (isNotFound(error) || isBeingDeleted(error)) return { kind: 'missing' };
      throw error;
    }
  },
  put: async (secretId, text) => {
    try {
      const { DeletedDate } = await client.describeSecret({ SecretId: secretId }, { abortSignal });
      if (DeletedDate !== undefined) await client.restoreSecret({ SecretId: secretId }, { abortSignal });
      await client.putSecretValue({ SecretId: secretId, SecretString: text }, { abortSignal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw new CliError(
        'The secret no longer exists in Secrets Manager, and only a deployment creates one: remove the account from ' +
          `\`accounts\` in ${propsPlace}, deploy, add it again, and deploy again. (Local gateway: restart it.)`,
      );
    }
  },
  putPending: async (secretId, text) => {
    await client.putSecretValue(
      { SecretId: secretId, SecretString: text, VersionStages: ['AWSPENDING'] },
      { abortSignal },
    );
  },
  moveCurrent: async (secretId, from, to) => {
    await client.updateSecretVersionStage(
      { SecretId: secretId, VersionStage: 'AWSCURRENT', RemoveFromVersionId: from, MoveToVersionId: to },
      { abortSignal },
    );
  },
  removePending: async (secretId, versionId) => {
    await client.updateSecretVersionStage(
      { SecretId: secretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: versionId },
      { abortSignal },
    );
  },
});
