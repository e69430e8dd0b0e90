import type * as SecretsManager from '@aws-sdk/client-secrets-manager';
import type { AwsJsonService } from '../server/aws-json';
import type { ActionOptions } from '../server/aws-json-action';
import { createDeletionActions } from './deletion-actions';
import { createReadActions } from './read-actions';
import { openSecretStore } from './store';
import { createWriteActions } from './write-actions';

type Call<Input, Output> = (input: Input, options?: ActionOptions) => Promise<Output>;

/** The actions with the inputs and outputs of the SDK, for callers in this process. They reject with AwsJsonError. */
export interface SecretsManagerActions {
  readonly CreateSecret: Call<SecretsManager.CreateSecretRequest, SecretsManager.CreateSecretResponse>;
  readonly DeleteSecret: Call<SecretsManager.DeleteSecretRequest, SecretsManager.DeleteSecretResponse>;
  readonly DescribeSecret: Call<SecretsManager.DescribeSecretRequest, SecretsManager.DescribeSecretResponse>;
  readonly GetSecretValue: Call<SecretsManager.GetSecretValueRequest, SecretsManager.GetSecretValueResponse>;
  readonly ListSecretVersionIds: Call<
    SecretsManager.ListSecretVersionIdsRequest,
    SecretsManager.ListSecretVersionIdsResponse
  >;
  readonly ListSecrets: Call<SecretsManager.ListSecretsRequest, SecretsManager.ListSecretsResponse>;
  readonly PutSecretValue: Call<SecretsManager.PutSecretValueRequest, SecretsManager.PutSecretValueResponse>;
  readonly RestoreSecret: Call<SecretsManager.RestoreSecretRequest, SecretsManager.RestoreSecretResponse>;
  readonly UpdateSecretVersionStage: Call<
    SecretsManager.UpdateSecretVersionStageRequest,
    SecretsManager.UpdateSecretVersionStageResponse
  >;
}

export interface SecretsManagerOptions {
  /** A file that only its owner can read, with unencrypted values; without it, secrets are in memory only. */
  readonly storePath?: string;
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

export interface LocalSecretsManager {
  readonly actions: SecretsManagerActions;
  /** For `createAwsJsonServer`. */
  readonly handler: AwsJsonService;
  readonly close: () => Promise<void>;
}

/**
 * AWS Secrets Manager in this process.
 * @throws SecretStoreError when the store cannot be read
 */
export const createSecretsManager = async (options: SecretsManagerOptions): Promise<LocalSecretsManager> => {
  const { storePath, region, accountId, now = Date.now } = options;
  const store = await openSecretStore(storePath);
  const context = { store, now, region, accountId };
  const actions = {
    ...createReadActions(context),
    ...createWriteActions(context),
    ...createDeletionActions(context),
  };
  return {
    actions,
    handler: { targetPrefix: 'secretsmanager', jsonVersion: '1.1', actions },
    close: store.close,
  };
};
