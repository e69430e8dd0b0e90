import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseAccountSecret, type AccountSecret, type AccountSecretResult } from '../shared/account-secret';
import type { AccountSecretSource } from '../shared/credential-source';
import type { Log } from '../shared/ports';
import { isMissing, readFailure, readSecretText } from './secrets-manager';

/** Reads account secrets from Secrets Manager with the function's role. */
export const createAccountSecretSource = (options: {
  /** How long AWSPREVIOUS counts after the secret was last changed. */
  readonly previousTokenMs: number;
  readonly now: () => number;
  readonly log: Log;
  readonly client: SecretsManagerClient;
}): AccountSecretSource => {
  const { previousTokenMs, now, log, client } = options;

  const read = async (
    arn: string,
    stage: 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS',
    abortSignal: AbortSignal,
  ): Promise<AccountSecretResult> =>
    parseAccountSecret(await readSecretText(client, arn, stage, abortSignal));

  /** A version beside the current one: without a usable value it is as good as absent. */
  const readAlternate = async (
    arn: string,
    stage: 'AWSPENDING' | 'AWSPREVIOUS',
    signal: AbortSignal,
  ): Promise<AccountSecret | undefined> => {
    let result: AccountSecretResult | undefined;
    try {
      result = await read(arn, stage, signal);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    if (result?.kind === 'ok') return result.secret;
    // A rotation that created its version and failed before it filled it. AWSPREVIOUS may well be the placeholder.
    if (stage === 'AWSPENDING') {
      log('warn', { reason: 'credentials_invalid', detail: 'AWSPENDING has no usable value and is ignored' });
    }
    return undefined;
  };

  return {
    current: async (arn, signal) => {
      try {
        const result = await read(arn, 'AWSCURRENT', signal);
        switch (result.kind) {
          case 'ok':
            return result;
          case 'placeholder':
            return { kind: 'failure', failure: { reason: 'placeholder' } };
          case 'invalid':
            return { kind: 'failure', failure: { reason: 'invalid', detail: result.detail } };
        }
      } catch (error) {
        return { kind: 'failure', failure: readFailure(error) };
      }
    },
    alternates: async (arn, signal) => {
      try {
        const { VersionIdsToStages = {}, LastChangedDate } = await client.send(
          new DescribeSecretCommand({ SecretId: arn }),
          { abortSignal: signal },
        );
        const stageSets = Object.values(VersionIdsToStages);
        // A finished rotation may leave AWSPENDING on the version that became current.
        const hasPending = stageSets.some((set) => set.includes('AWSPENDING') && !set.includes('AWSCURRENT'));
        const previousUntil = (LastChangedDate?.getTime() ?? 0) + previousTokenMs;
        const hasPrevious = now() < previousUntil && stageSets.some((set) => set.includes('AWSPREVIOUS'));
        const [pending, previous] = await Promise.all([
          hasPending ? readAlternate(arn, 'AWSPENDING', signal) : undefined,
          hasPrevious ? readAlternate(arn, 'AWSPREVIOUS', signal) : undefined,
        ]);
        return { kind: 'ok', alternates: { pending, previous, previousUntil } };
      } catch (error) {
        return { kind: 'failure', failure: readFailure(error) };
      }
    },
  };
};
