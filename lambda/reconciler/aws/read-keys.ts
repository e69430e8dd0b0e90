import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readFailure, readSecretVersion } from '../../aws/secrets-manager';
import { parseReplySecret } from '../../shared/credentials/reply-secret';
import type { ReadKeys } from '../ports';

/** Read for each invocation, so that a changed key is used at once. */
export const createReadKeys =
  (secretArn: string, client: SecretsManagerClient): ReadKeys =>
  async (signal) => {
    try {
      const text = await readSecretVersion(client, secretArn, { VersionStage: 'AWSCURRENT' }, signal);
      const parsed = parseReplySecret(text);
      if (parsed.kind === 'ok') return parsed;
      const detail = parsed.kind === 'placeholder' ? 'the secret is still the placeholder' : parsed.detail;
      return { kind: 'unusable', detail };
    } catch (error) {
      return { kind: 'unusable', detail: `the secret cannot be read: ${readFailure(error).reason}` };
    }
  };
