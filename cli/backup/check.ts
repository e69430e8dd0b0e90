import { resolve } from 'node:path';
import type { CommandContext } from '../context';
import type { ReadItem } from '../clients/dynamodb/item-batches';
import { jsonText } from '../terminal/terminal-text';
import { readBackup, type Footer, type Header } from './backup-file';
import { kindOf, kinds, type Kind } from './kinds';

interface CheckedBackup extends Header, Footer {
  readonly kinds: Readonly<Record<Kind, number>>;
}

/** @throws CliError if the file is not a complete backup */
export const checkFile = async (path: string): Promise<CheckedBackup> => {
  const counts = new Map<Kind, number>(kinds.map((kind) => [kind, 0]));
  const entries = readBackup(path);
  let header: Header | undefined;
  for (;;) {
    const { done, value } = await entries.next();
    if (done === true) {
      // fromEntries widens the keys to string; they are the kinds.
      const all = Object.fromEntries(counts) as Record<Kind, number>;
      return { gateway: '', startedAt: '', ...header, ...value, kinds: all };
    }
    if (isHeader(value)) header = value;
    else counts.set(kindOf(value), (counts.get(kindOf(value)) ?? 0) + 1);
  }
};

export const isHeader = (value: Header | ReadItem): value is Header => typeof value['gateway'] === 'string';

export const backupText = ({ gateway, startedAt, finishedAt, since, items, kinds: counts }: CheckedBackup): string =>
  [
    `${items.toLocaleString('en-US')} items of ${gateway}, read from ${startedAt} to ${finishedAt}` +
      (since === undefined ? '' : `; only what was written since ${since}`),
    ...kinds.filter((kind) => counts[kind] > 0).map((kind) => `  ${kind.padEnd(8)}  ${counts[kind]}`),
  ].join('\n');

export const checkBackup = async (
  file: string,
  { json }: { readonly json?: true },
  { output, workingDirectory }: CommandContext,
): Promise<void> => {
  const checked = await checkFile(resolve(workingDirectory(), file));
  output.data(json === true ? jsonText(checked) : backupText(checked));
  output.note('The backup is complete.');
};
