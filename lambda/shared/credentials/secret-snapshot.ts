import { labelOfSlot, type TokenSlot } from '../contract/token-slots';
import type { Log } from '../runtime/ports';
import type { AccountSecret } from './account-secret';
import type { AccountSecretSource, CredentialFailure, VersionRead } from './account-secret-source';
import { failedRead, type Read } from './refreshing-cache';

/** The usable versions of one account's secret. */
export type SecretVersions = { readonly current: AccountSecret } & Readonly<
  Record<Exclude<TokenSlot, 'current'>, AccountSecret | undefined>
>;

/** The versions that had a staging label when the secret was described. */
export type SecretSnapshot = SecretVersions & {
  /** Epoch milliseconds from which `previous` is no longer accepted. */
  readonly previousUntil: number;
  /** Why a version other than the current one could not be read; it may hold the token that signed a request. */
  readonly unread: CredentialFailure | undefined;
};

type SnapshotRead = Read<SecretSnapshot>;

/**
 * Reads snapshots of one secret: which versions are labelled, then each version by its id. A version's content never
 * changes, so the parts of a snapshot fit together even if labels move during the read, and a known version is not read
 * again.
 * @returns a function that returns the identical object as long as nothing has changed
 */
export const createSnapshotReader = (
  arn: string,
  { source, now, log }: { readonly source: AccountSecretSource; readonly now: () => number; readonly log: Log },
): ((signal: AbortSignal) => Promise<SnapshotRead>) => {
  let known: ReadonlyMap<string, VersionRead> = new Map();
  let last: SecretSnapshot | undefined;
  let warnedAboutId: string | undefined;

  const readSnapshot = async (signal: AbortSignal): Promise<SnapshotRead> => {
    const described = await source.describe(arn, signal);
    if (described.kind === 'failure') return failedRead(described.failure);
    const { versionIds, previousUntil } = described;
    const read = new Map<string, VersionRead>();
    const readVersion = async (slot: TokenSlot): Promise<VersionRead> => {
      const id = versionIds[labelOfSlot[slot]];
      if (id === undefined || (slot === 'previous' && now() >= previousUntil)) return { kind: 'missing' };
      const version = known.get(id) ?? (await source.version(arn, id, signal));
      // Not if it is missing: a rotation creates its version first and stores the value later.
      if (version.kind !== 'failure' && version.kind !== 'missing') read.set(id, version);
      return version;
    };
    const [current, pending, previous] = await Promise.all([
      readVersion('current'),
      readVersion('pending'),
      readVersion('previous'),
    ]);
    known = read;
    const pendingId = versionIds.AWSPENDING;
    // A rotation failed before it stored its value. No warning for AWSPREVIOUS, which may be the placeholder.
    if (pendingId !== warnedAboutId && pendingId !== undefined && !['ok', 'failure'].includes(pending.kind)) {
      warnedAboutId = pendingId;
      log('warn', { reason: 'credentials_invalid', detail: 'AWSPENDING has no usable value and is ignored' });
    }
    if (current.kind === 'failure') return failedRead(current.failure);
    if (current.kind !== 'ok') {
      const { kind: reason, ...detail } = current;
      return { kind: 'notFound', failure: { reason, ...detail } };
    }
    const { accountSid } = current.secret;
    const snapshot: SecretSnapshot = {
      current: current.secret,
      pending: secretOf(accountSid, pending),
      previous: secretOf(accountSid, previous),
      previousUntil,
      unread: [pending, previous].flatMap((version) => (version.kind === 'failure' ? version.failure : []))[0],
    };
    if (JSON.stringify(snapshot) !== JSON.stringify(last)) last = snapshot;
    return { kind: 'ok', value: last ?? snapshot };
  };
  return readSnapshot;
};

/** A version of another account, the placeholder and one without a usable value are ignored. */
const secretOf = (accountSid: string, version: VersionRead): AccountSecret | undefined =>
  version.kind === 'ok' && version.secret.accountSid === accountSid ? version.secret : undefined;
