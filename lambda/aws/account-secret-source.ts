import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseAccountSecret, type AccountSecret, type AccountSecretResult } from '../shared/account-secret';
import type { AccountSecretSource, VersionIds } from '../shared/credential-source';
import type { Log } from '../shared/ports';
import { isMissing, readFailure, readSecretVersion } from './secrets-manager';

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
  ): Promise<AccountSecretResult & { readonly versionId: string | undefined }> => {
    const { text, versionId } = await readSecretVersion(client, arn, stage, abortSignal);
    return { ...parseAccountSecret(text), versionId };
  };

  const describe = async (arn: string, abortSignal: AbortSignal) => {
    const { VersionIdsToStages = {}, LastChangedDate } = await client.send(
      new DescribeSecretCommand({ SecretId: arn }),
      { abortSignal },
    );
    const idOf = (stage: string) =>
      Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes(stage));
    const current = idOf('AWSCURRENT');
    const pending = idOf('AWSPENDING');
    const versions: VersionIds = {
      current,
      // A finished rotation may leave AWSPENDING on the version that became current.
      pending: pending === current ? undefined : pending,
      previous: idOf('AWSPREVIOUS'),
    };
    return { versions, changedAtMs: LastChangedDate?.getTime() ?? 0 };
  };

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
            return { kind: 'ok', secret: result.secret, versionId: result.versionId };
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
        const { versions, changedAtMs } = await describe(arn, signal);
        const previousUntil = changedAtMs + previousTokenMs;
        const hasPrevious = now() < previousUntil && versions.previous !== undefined;
        const [pending, previous] = await Promise.all([
          versions.pending === undefined ? undefined : readAlternate(arn, 'AWSPENDING', signal),
          hasPrevious ? readAlternate(arn, 'AWSPREVIOUS', signal) : undefined,
        ]);
        return { kind: 'ok', alternates: { pending, previous, previousUntil, versions } };
      } catch (error) {
        return { kind: 'failure', failure: readFailure(error) };
      }
    },
    versions: async (arn, signal) => {
      try {
        return { kind: 'ok', versions: (await describe(arn, signal)).versions };
      } catch (error) {
        return { kind: 'failure', failure: readFailure(error) };
      }
    },
  };
};
