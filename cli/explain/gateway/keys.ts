import { parseAccountSecret, type AccountSecret } from '../../../lambda/shared/credentials/account-secret';
import type { AccountSecretSource, CredentialFailure } from '../../../lambda/shared/credentials/account-secret-source';
import { accountOf, type Account, type Credentials } from '../../../lambda/shared/credentials/credentials';
import { versionLabels, type TokenSlot } from '../../../lambda/shared/contract/token-slots';
import { previousTokenMs } from '../../../lambda/shared/credentials/secret-timing';
import { createSnapshotReader } from '../../../lambda/shared/credentials/secret-snapshot';
import type { SigningKey } from '../../../lambda/shared/signature/signature';
import type { AccountClaim } from '../../../lambda/shared/signature/find-signer';

import type { SecretReader } from '../../clients/ports';

/** A key that may have signed, and its origin. */
export interface Key extends SigningKey {
  readonly slot: TokenSlot | 'entered';
  /** Undefined for an entered key, which is valid for any account. */
  readonly accountSid: string | undefined;
  /** False for a key that the gateway no longer tries. */
  readonly counts: boolean;
}

/** The gateway's accounts, as `Credentials.accounts` returns them. */
type Known = Awaited<ReturnType<Credentials['accounts']>>;

export interface Keys {
  /** Including those that the gateway no longer tries. */
  readonly keys: readonly Key[];
  /** The configured accounts; undefined where a key was entered instead. */
  readonly accountSids: readonly string[] | undefined;
  readonly known: (claim: AccountClaim) => Known;
}

/** Uses labels as version ids: the labels do not move during one read. */
const sourceOf = (reader: SecretReader): AccountSecretSource => ({
  describe: async (secretId) => {
    const found = await reader.describe(secretId);
    if (found === undefined) return { kind: 'failure', failure: { reason: 'missing' } };
    const { versionIds, changedAt } = found;
    const labels = versionLabels.filter(
      (label) =>
        versionIds[label] !== undefined && (label !== 'AWSPENDING' || versionIds[label] !== versionIds.AWSCURRENT),
    );
    return {
      kind: 'ok',
      versionIds: Object.fromEntries(labels.map((label) => [label, label])),
      previousUntil: (changedAt === null ? 0 : Date.parse(changedAt)) + previousTokenMs,
    };
  },
  version: async (secretId, id) => {
    const label = versionLabels.find((candidate) => candidate === id);
    const found = label === undefined ? { kind: 'missing' as const } : await reader.read(secretId, label);
    return found.kind === 'missing' ? found : parseAccountSecret(found.text);
  },
});

const keysOf = (
  slot: TokenSlot,
  secret: AccountSecret | undefined,
  { current, ...others }: Account,
): readonly Key[] => {
  if (secret === undefined) return [];
  const { accountSid, authToken, sharedKeys = [] } = secret;
  const isInUse = slot === 'current' || others[slot] !== undefined;
  // The gateway tries SharedKeys of the current version only.
  const isStored = (key: string) => current.sharedKeys?.some((stored) => stored.key === key) === true;
  return [
    { slot, accountSid, counts: isInUse, algorithm: 'HMAC-SHA1', secret: authToken },
    ...sharedKeys
      .filter(({ key }) => slot === 'current' || !isStored(key))
      .map(({ key }): Key => ({
        slot,
        accountSid,
        counts: slot === 'current',
        algorithm: 'HMAC-SHA256',
        secret: key,
      })),
  ];
};

interface SecretKeys {
  readonly keys: readonly Key[];
  readonly account: Account | undefined;
  readonly failures: readonly CredentialFailure[];
}

const readSecret = async (source: AccountSecretSource, secretId: string, now: number): Promise<SecretKeys> => {
  // At time 0 the previous version is valid, so that it is read; `accountOf` decides whether it still is.
  const read = createSnapshotReader(secretId, { source, now: () => 0, log: () => undefined });
  const snapshot = await read(new AbortController().signal);
  if (snapshot.kind !== 'ok') return { keys: [], account: undefined, failures: [snapshot.failure] };
  const { current, pending, previous } = snapshot.value;
  const account = accountOf(snapshot.value, false, now);
  const keys = [
    ...keysOf('current', current, account),
    ...keysOf('pending', pending, account),
    ...keysOf('previous', previous, account),
  ];
  return { keys, account, failures: [] };
};

/**
 * Reads every key: those that the gateway tries, those of its other accounts, and those that it no longer tries.
 * @param now epoch milliseconds
 */
export const readKeys = async (reader: SecretReader, secretIds: readonly string[], now: number): Promise<Keys> => {
  const source = sourceOf(reader);
  const secrets = await Promise.all(secretIds.map((secretId) => readSecret(source, secretId, now)));
  const usable = secrets.flatMap(({ account }) => account ?? []);
  const failures = secrets.flatMap((secret) => secret.failures);
  return {
    keys: secrets.flatMap(({ keys }) => keys),
    accountSids: usable.map(({ current }) => current.accountSid),
    known: () => ({ usable, failures }),
  };
};

/** Account of an entered key where the request names none; it is not shown. */
const anyAccountSid = `AC${'0'.repeat(32)}`;

/** A key that the operator enters, for any account: an Auth Token, or the secret of a SharedKey. */
export const enteredKeys = (secret: string): Keys => {
  const key = { slot: 'entered', accountSid: undefined, counts: true, secret } as const;
  return {
    keys: [
      { ...key, algorithm: 'HMAC-SHA1' },
      { ...key, algorithm: 'HMAC-SHA256' },
    ],
    accountSids: undefined,
    known: (claim) => {
      const accountSid = claim.kind === 'account' ? claim.accountSid : anyAccountSid;
      const sharedKeys = [{ name: 'entered', key: secret }];
      const current = { accountSid, authToken: secret, sharedKeys };
      return {
        usable: [{ current, pending: undefined, previous: undefined, isStale: false }],
        failures: [],
      };
    },
  };
};
