import type { AccountSecret } from './account-secret';
import { failedRead } from './read-with-timeout';
import type {
  AccountSecretSource,
  CredentialFailure,
  VersionLabel,
  VersionRead,
} from './account-secret-source';
import type { Clock, Log } from '../runtime/ports';
import type { Read } from './refreshing-cache';

/** The versions of one account's secret that were labelled at one time. */
export interface SecretSnapshot {
  readonly current: AccountSecret;
  readonly pending: AccountSecret | undefined;
  readonly previous: AccountSecret | undefined;
  /** Epoch milliseconds from which `previous` no longer counts. */
  readonly previousUntil: number;
  /** Why a version beside the current one could not be read: a key that may have signed is unknown. */
  readonly unread: CredentialFailure | undefined;
}

type SnapshotRead = Read<SecretSnapshot, CredentialFailure>;

const gone = (failure: CredentialFailure): SnapshotRead => ({ kind: 'gone', failure });

/**
 * Reads snapshots of one secret: which versions are labelled, then each by its id. A version's content never changes, so the
 * parts of a snapshot fit together whatever happens meanwhile, and a version that is known is not read again.
 * @returns a read that gives the very same object as long as nothing has changed
 */
export const createSnapshotReader = (
  arn: string,
  { source, now, log }: { readonly source: AccountSecretSource; readonly now: Clock; readonly log: Log },
): ((signal: AbortSignal) => Promise<SnapshotRead>) => {
  let known: ReadonlyMap<string, VersionRead> = new Map();
  let last: SecretSnapshot | undefined;
  let warnedOf: string | undefined;

  return async (signal) => {
    const described = await source.describe(arn, signal);
    if (described.kind === 'failure') return failedRead(described.failure);
    const { versionIds, previousUntil } = described;
    const read = new Map<string, VersionRead>();
    const versionOf = async (label: VersionLabel): Promise<VersionRead> => {
      const id = versionIds[label];
      if (id === undefined || (label === 'AWSPREVIOUS' && now() >= previousUntil)) return { kind: 'missing' };
      const version = known.get(id) ?? (await source.version(arn, id, signal));
      // A version of a rotation may be there before it has a value.
      if (version.kind !== 'failure' && version.kind !== 'missing') read.set(id, version);
      return version;
    };
    const [current, pending, previous] = await Promise.all([
      versionOf('AWSCURRENT'),
      versionOf('AWSPENDING'),
      versionOf('AWSPREVIOUS'),
    ]);
    known = read;
    const pendingId = versionIds.AWSPENDING;
    // A rotation that created its version and failed before it filled it. AWSPREVIOUS may well be the placeholder.
    if (pendingId !== warnedOf && pendingId !== undefined && !['ok', 'failure'].includes(pending.kind)) {
      warnedOf = pendingId;
      log('warn', { reason: 'credentials_invalid', detail: 'AWSPENDING has no usable value and is ignored' });
    }
    switch (current.kind) {
      case 'failure':
        return failedRead(current.failure);
      case 'missing':
        return gone({ reason: 'missing' });
      case 'placeholder':
        return gone({ reason: 'placeholder' });
      case 'invalid':
        return gone({ reason: 'invalid', detail: current.detail });
      case 'ok':
        break;
    }
    // A version of another account, the placeholder of the beginning, or one without a usable value is as good as absent.
    const sameAccount = (version: VersionRead): AccountSecret | undefined =>
      version.kind === 'ok' && version.secret.accountSid === current.secret.accountSid
        ? version.secret
        : undefined;
    const snapshot: SecretSnapshot = {
      current: current.secret,
      pending: sameAccount(pending),
      previous: sameAccount(previous),
      previousUntil,
      unread: [pending, previous].flatMap((version) =>
        version.kind === 'failure' ? version.failure : [],
      )[0],
    };
    if (JSON.stringify(snapshot) !== JSON.stringify(last)) last = snapshot;
    return { kind: 'ok', value: last ?? snapshot };
  };
};
