import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readFailure, readSecretVersion } from '../../aws/secrets-manager';
import { createRefreshingCache, failedRead, type RefreshingCache } from '../../shared/credentials/refreshing-cache';

const minuteMs = 60_000;
const bounds = { ttlMs: 5 * minuteMs, maxStaleMs: 24 * 60 * minuteMs };

/** The text of a secret's current version, cached for five minutes, and for a day while Secrets Manager fails. */
export const createSecretText = (arn: string, client: SecretsManagerClient): RefreshingCache<string> =>
  createRefreshingCache<string>(
    async (signal) => {
      try {
        const text = await readSecretVersion(client, arn, { VersionStage: 'AWSCURRENT' }, signal);
        return text === undefined
          ? failedRead({ reason: 'invalid', detail: 'the secret has no text' })
          : { kind: 'ok', value: text };
      } catch (error) {
        return failedRead(readFailure(error));
      }
    },
    { ...bounds, now: () => Date.now(), random: () => Math.random() },
  );
