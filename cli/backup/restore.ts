import { resolve } from 'node:path';
import { mergedAttribute, restoredAttribute, signedTextKey } from '../../lambda/shared/contract/table';
import { textAt } from '../../lambda/shared/events/item-image';
import { backfillTextHash, erasedRequestId } from '../../lambda/shared/reconciliation/backfill';
import type { BackupTable } from '../clients/dynamodb/backup-table';
import type { ReadItem } from '../clients/dynamodb/item-batches';
import { mapBounded } from '../clients/dynamodb/recent-entries';
import type { CommandContext } from '../context';
import { messageSidOf } from '../erase/find-items';
import { createProgress } from '../find/progress';
import { CliError } from '../terminal/cli-error';
import { jsonText } from '../terminal/terminal-text';
import { readBackup } from './backup-file';
import { backupText, checkFile, isHeader } from './check';
import { decide, type Decision } from './combine';
import { kindOf } from './kinds';

export interface RestoreOptions {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

type Outcome = Exclude<Decision['kind'], 'other_content'> | 'erased';
type Restored = Readonly<Record<Outcome, number>>;

/** Items that are compared with the table at once, and writes at once. */
const batchSize = 100;
const concurrentWrites = 16;
/** Somebody else may write an item between our read and our write. */
const maxTries = 5;

interface RestoreTools {
  readonly table: BackupTable;
  readonly dryRun: boolean;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (items: number) => void;
}

/**
 * Puts the items of a checked file into the table. Markers come last: if the restore is interrupted, a marker must not
 * make a late retry a duplicate of something that is not there.
 */
const restoreItems = async (path: string, tools: RestoreTools): Promise<Restored> => {
  const counts = { restored: 0, merged: 0, existing: 0, expired: 0, erased: 0 };
  const restoredAt = tools.now().toISOString();
  let done = 0;
  const restoreBatch = async (items: readonly ReadItem[]): Promise<void> => {
    tools.signal.throwIfAborted();
    const found = await tools.table.read(items.map((item) => ({ ...keyOf(item), restoring: item })));
    const existing = new Map(found.map(({ key, item }) => [key.restoring, item]));
    const erased = await erasedAmong(items, tools.table);
    const outcomes = await mapBounded(items, concurrentWrites, (item) =>
      erased.has(item) ? Promise.resolve('erased' as const) : restoreItem(item, existing.get(item), restoredAt, tools),
    );
    for (const kind of outcomes) counts[kind] += 1;
    tools.onProgress((done += items.length));
  };
  for (const isMarkers of [false, true]) {
    let batch: ReadItem[] = [];
    for await (const entry of readBackup(path)) {
      if (isHeader(entry) || (kindOf(entry) === 'markers') !== isMarkers) continue;
      batch.push(unmarked(entry));
      if (batch.length < batchSize) continue;
      await restoreBatch(batch);
      batch = [];
    }
    await restoreBatch(batch);
  }
  return counts;
};

const keyOf = (item: ReadItem) => ({ pk: textAt(item, 'pk') ?? '', sk: textAt(item, 'sk') ?? '' });

/** Messages and statuses that `gateway erase` has deleted from this table: an older backup must not bring them back. */
const erasedAmong = async (items: readonly ReadItem[], table: BackupTable): Promise<ReadonlySet<ReadItem>> => {
  const markers = items.flatMap((item) => {
    const { pk } = keyOf(item);
    const [accountSid = ''] = pk.split('#', 1);
    const messageSid = messageSidOf(pk);
    if (messageSid === undefined) return [];
    return [{ ...signedTextKey(accountSid, backfillTextHash(accountSid, messageSid, undefined)), restoring: item }];
  });
  const found = await table.read(markers, ['requestId']);
  return new Set(
    found.filter(({ item }) => textAt(item, 'requestId') === erasedRequestId).map(({ key }) => key.restoring),
  );
};

/** An item keeps whether it came with an earlier restore or with a webhook. */
const restoredOf = (existing: ReadItem | undefined): ReadItem => {
  const restored = existing?.[restoredAttribute];
  return restored === undefined ? {} : { [restoredAttribute]: restored };
};

/** Without the marks of a restore into the gateway that the backup is from. */
const unmarked = (item: ReadItem): ReadItem =>
  Object.fromEntries(Object.entries(item).filter(([name]) => ![restoredAttribute, mergedAttribute].includes(name)));

const restoreItem = async (
  item: ReadItem,
  found: ReadItem | undefined,
  restoredAt: string,
  tools: RestoreTools,
): Promise<Outcome> => {
  const { table, dryRun, now } = tools;
  let existing = found;
  const marked = (name: string): ReadItem => ({ [name]: { S: restoredAt } });
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const decision = decide(item, existing, now());
    if (decision.kind === 'other_content') {
      const [other] = await table.read([keyOf(decision.item)]);
      return restoreItem(decision.item, other?.item, restoredAt, tools);
    }
    if (dryRun || decision.kind === 'existing' || decision.kind === 'expired') return decision.kind;
    // The publisher sees the attribute, and publishes no event for this write.
    const isPut =
      decision.kind === 'merged'
        ? await table.put({ ...decision.item, ...restoredOf(existing), ...marked(mergedAttribute) }, decision.onlyIf)
        : await table.put({ ...item, ...marked(restoredAttribute) });
    if (isPut) return decision.kind;
    existing = (await table.read([keyOf(item)]))[0]?.item;
  }
  throw new CliError('An item kept changing while it was restored. Run the same command again: it continues.');
};

export const restoreBackup = async (file: string, options: RestoreOptions, context: CommandContext): Promise<void> => {
  const { output, confirm, now, signal, workingDirectory } = context;
  const { dryRun = false, yes = false } = options;
  if (dryRun && yes) throw new CliError('Give --dry-run or --yes, not both.', 2);
  if (!dryRun && !yes && confirm === undefined) {
    throw new CliError('Give --dry-run to count what would be restored, or --yes to restore it.', 2);
  }
  const path = resolve(workingDirectory(), file);
  const checked = await checkFile(path);
  output.note(backupText(checked));
  const backend = await context.openBackend();
  const { name } = backend.target;
  if (backend.backup === undefined) throw new CliError(`There is no table to restore into at ${name}.`);
  if (!dryRun && !yes && (await confirm?.(`Restore into ${name}? [y/N] `)) !== true) {
    output.note('Nothing was restored.');
    return;
  }
  const all = checked.items.toLocaleString('en-US');
  const onProgress = createProgress((count) => output.note(`${count.toLocaleString('en-US')} of ${all} items …`));
  const restored = await restoreItems(path, { table: await backend.backup(), dryRun, now, signal, onProgress });
  if (options.json === true) output.data(jsonText({ items: checked.items, ...restored }));
  else {
    const parts = Object.entries(restored).map(([kind, count]) => `${count} ${kind}`);
    output.data(`${checked.items} items: ${parts.join(', ')}`);
  }
  output.note(dryRun ? 'Nothing was written: pass --yes to restore.' : `Restored into ${name}.`);
};
