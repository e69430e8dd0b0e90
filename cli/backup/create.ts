import { resolve } from 'node:path';
import type { CommandContext } from '../context';
import { fileSink, outputSink } from '../export/sinks';
import { createProgress } from '../find/progress';
import { CliError } from '../terminal/cli-error';
import { createBackupWriter } from './backup-file';
import { isBackedUp, isSince } from './kinds';

export interface CreateOptions {
  readonly file: string;
  readonly since?: string;
  readonly table?: string;
}

export const createBackup = async (
  { file, since, table: tableName }: CreateOptions,
  context: CommandContext,
): Promise<void> => {
  const { output, now, signal, workingDirectory } = context;
  const backend = await context.openBackend();
  const { name } = backend.target;
  if (backend.backup === undefined) throw new CliError(`There is no table to back up at ${name}.`);
  const table = await backend.backup(tableName);
  const sink = file === '-' ? outputSink(output) : await fileSink(resolve(workingDirectory(), file));
  const writer = createBackupWriter();
  const noteProgress = createProgress((count) => output.note(`${count.toLocaleString('en-US')} items …`), 10_000);
  let items = 0;
  try {
    const startedAt = now().toISOString();
    await sink.write(writer.header({ gateway: name, startedAt, ...(since === undefined ? {} : { since }) }));
    for await (const page of table.scan()) {
      signal.throwIfAborted();
      const chosen = page.filter((item) => isBackedUp(item) && (since === undefined || isSince(item, since)));
      items += chosen.length;
      if (chosen.length > 0) await sink.write(chosen.map(writer.item).join(''));
      noteProgress(items);
    }
    await sink.write(writer.footer(now().toISOString()));
    await sink.end();
  } catch (error) {
    await sink.discard();
    throw error;
  }
  output.note(`${items.toLocaleString('en-US')} items of ${name}${file === '-' ? '' : ` in ${file}`}.`);
};
