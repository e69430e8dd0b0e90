import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { AccountSecretSource, CredentialFailure } from '../ingress/ports';
import { parseAccountSecret, type AccountSecret, type AccountSecretResult } from '../shared/account-secret';
import type { Log } from '../shared/ports';
import { boundedClient } from './sdk';
import { describeError } from './service-error';

const bounds = { requestTimeoutMs: 700, maxAttempts: 2 };

/** A secret that is marked for deletion answers InvalidRequestException. */
const missing = /^(?:ResourceNotFoundException|InvalidRequestException)$/;
/** Secrets Manager reports a refusal of KMS as its own, and an unusable key as DecryptionFailure. */
const denied = /^(?:AccessDenied(?:Exception)?|DecryptionFailure|UnrecognizedClientException)$/;

/** Reads account secrets from Secrets Manager with the function's role. */
export const createAccountSecretSource = (options: {
  /** How long AWSPREVIOUS counts after the secret was last changed. */
  readonly previousTokenMs: number;
  readonly now: () => number;
  readonly log: Log;
  /** For tests: endpoint, region, credentials. */
  readonly overrides?: SecretsManagerClientConfig;
}): AccountSecretSource => {
  const { previousTokenMs, now, log } = options;
  const client = new SecretsManagerClient({ ...boundedClient(bounds), ...options.overrides });

  const read = async (
    arn: string,
    stage: 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS',
    abortSignal: AbortSignal,
  ): Promise<AccountSecretResult> => {
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }),
      { abortSignal },
    );
    return parseAccountSecret(SecretString);
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
      if (!missing.test(describeError(error).errorName)) throw error;
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
        return { kind: 'failure', failure: failureOf(error) };
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
        return { kind: 'failure', failure: failureOf(error) };
      }
    },
  };
};

const failureOf = (error: unknown): CredentialFailure => {
  const description = describeError(error);
  const { errorName } = description;
  const reason = missing.test(errorName) ? 'missing' : denied.test(errorName) ? 'denied' : 'unavailable';
  return { reason, ...description };
};
