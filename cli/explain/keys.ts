import { parseAccountSecret } from '../../lambda/shared/account-secret';
import type { TokenSlot } from '../../lambda/shared/envelope';
import { versionStages, type SecretReader, type VersionStage } from '../account-secrets';

/** A token that may have signed, and where it is from. */
export interface Key {
  readonly slot: TokenSlot | 'entered';
  /** Undefined for an entered token, which counts for any account. */
  readonly accountSid: string | undefined;
  readonly authToken: string;
}

export interface Keys {
  readonly keys: readonly Key[];
  /** The configured accounts; undefined where a token was entered instead. */
  readonly accountSids: readonly string[] | undefined;
  /** Why secrets give no token: the log's reason, and words. */
  readonly unusable: readonly { readonly reason: string; readonly detail: string }[];
}

const slots: Readonly<Record<VersionStage, TokenSlot>> = {
  AWSCURRENT: 'current',
  AWSPENDING: 'pending',
  AWSPREVIOUS: 'previous',
};

const readVersion = async (reader: SecretReader, secretId: string, stage: VersionStage) => {
  const found = await reader.read(secretId, stage);
  return found.kind === 'missing' ? found : parseAccountSecret(found.text);
};

const readSecret = async (reader: SecretReader, secretId: string): Promise<Keys> => {
  const current = await readVersion(reader, secretId, 'AWSCURRENT');
  const unusable = (reason: string, detail: string): Keys => ({
    keys: [],
    accountSids: [],
    unusable: [{ reason, detail }],
  });
  switch (current.kind) {
    case 'missing':
      return unusable('credentials_missing', 'the secret does not exist');
    case 'placeholder':
      return unusable('credentials_placeholder', 'no Auth Token has been stored yet');
    case 'invalid':
      return unusable('credentials_invalid', current.detail);
    case 'ok':
      break;
  }
  const { accountSid } = current.secret;
  const versions = await Promise.all(
    versionStages.map(async (stage): Promise<readonly Key[]> => {
      const version = stage === 'AWSCURRENT' ? current : await readVersion(reader, secretId, stage);
      return version.kind === 'ok'
        ? [{ slot: slots[stage], accountSid, authToken: version.secret.authToken }]
        : [];
    }),
  );
  return { keys: versions.flat(), accountSids: [accountSid], unusable: [] };
};

/** Every token that the gateway would try, and those of its other accounts. */
export const readKeys = async (reader: SecretReader, secretIds: readonly string[]): Promise<Keys> => {
  const secrets = await Promise.all(secretIds.map((secretId) => readSecret(reader, secretId)));
  return {
    keys: secrets.flatMap(({ keys }) => keys),
    accountSids: secrets.flatMap(({ accountSids }) => accountSids ?? []),
    unusable: secrets.flatMap(({ unusable }) => unusable),
  };
};
