import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseAccountSecret } from '../shared/credentials/account-secret';
import type { AccountSecretSource } from '../shared/credentials/account-secret-source';
import { versionLabels } from '../shared/contract/token-slots';
import { isMissing, readFailure, readSecretVersion } from './secrets-manager';

/** Reads account secrets from Secrets Manager with the function's role. */
export const createAccountSecretSource = (options: {
  /** How long AWSPREVIOUS counts after the secret was last changed. */
  readonly previousTokenMs: number;
  readonly client: SecretsManagerClient;
}): AccountSecretSource => {
  const { previousTokenMs, client } = options;
  return {
    describe: async (arn, abortSignal) => {
      try {
        const command = new DescribeSecretCommand({ SecretId: arn });
        const found = await client.send(command, { abortSignal });
        // A secret that is scheduled for deletion can be described, but not read.
        if (found.DeletedDate !== undefined) return { kind: 'failure', failure: { reason: 'missing' } };
        const labelled = Object.entries(found.VersionIdsToStages ?? {}).flatMap(([id, labels]) =>
          versionLabels
            // A finished rotation may leave AWSPENDING on the version that became current.
            .filter((label) => labels.includes(label) && (label !== 'AWSPENDING' || !labels.includes('AWSCURRENT')))
            .map((label) => [label, id] as const),
        );
        return {
          kind: 'ok',
          versionIds: Object.fromEntries(labelled),
          previousUntil: (found.LastChangedDate?.getTime() ?? 0) + previousTokenMs,
        };
      } catch (error) {
        return { kind: 'failure', failure: readFailure(error) };
      }
    },
    version: async (arn, id, signal) => {
      try {
        return parseAccountSecret(await readSecretVersion(client, arn, { VersionId: id }, signal));
      } catch (error) {
        return isMissing(error) ? { kind: 'missing' } : { kind: 'failure', failure: readFailure(error) };
      }
    },
  };
};
