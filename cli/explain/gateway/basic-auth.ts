import { parseBasicAuthSecret } from '../../../lambda/shared/credentials/basic-auth-secret';
import { createBasicAuth, type BasicAuth } from '../../../lambda/shared/webhook/basic-auth';
import type { SecretReader } from '../../target/account-secrets';

/** Basic authentication as the gateway asks for it, of a secret that is read once; undefined where the stage has none. */
export const readBasicAuth = async (
  secrets: SecretReader,
  secretId: string | undefined,
): Promise<BasicAuth | undefined> => {
  if (secretId === undefined) return undefined;
  const found = await secrets.read(secretId, 'AWSCURRENT');
  const parsed = found.kind === 'missing' ? found : parseBasicAuthSecret(found.text);
  return createBasicAuth({
    source: () =>
      Promise.resolve(parsed.kind === 'ok' ? parsed : { kind: 'failure', failure: { reason: parsed.kind } }),
    ttlMs: 1_000,
    maxStaleMs: 1_000,
    now: () => 0,
    random: () => 0,
  });
};
