import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackupTable, type BackupCalls } from '../../../cli/clients/dynamodb/backup-table';
import { createDynamoDbEventStore } from '../../../lambda/consumer/aws/dynamodb-event-store';
import { consumerBatch } from '../../../lambda/consumer/process-record';
import { eventTableName as tableName, startEventTable, type EventTable } from '../../helpers/event-table';
import { run, type CliResult } from '../../unit/cli/fake-environment';
import { createTestIngress } from '../../unit/ingress/fakes';
import { documentedWebhooks } from '../documented-webhooks';

export const { signal } = new AbortController();
// As cli/process.ts does: many requests listen to it.
setMaxListeners(0, signal);

export const sleep = (): Promise<void> => Promise.resolve();
export const backupTable = (client: BackupCalls, name = tableName) =>
  createBackupTable(client, { tableName: name, signal, sleep });

export const storeOf = ({ client }: EventTable, retentionDays = 0) =>
  createDynamoDbEventStore({ tableName, retentionDays, client });

const { ingress, published, clock } = createTestIngress();
export const consume = async (table: EventTable, body: string): Promise<void> => {
  const batch = consumerBatch({
    store: storeOf(table),
    changeVisibility: () => Promise.reject(new Error('nothing here is poison')),
    log: () => undefined,
    metrics: { count: () => undefined },
  });
  const outcome = await batch.process({ messageId: 'message', receiptHandle: 'receipt', body }, signal);
  if (outcome !== 'done') throw new Error('the webhook was not stored');
};

/** Stores one webhook of each kind. @returns their queue messages */
export const storeEachKind = async (table: EventTable): Promise<readonly string[]> => {
  const bodies: string[] = [];
  for (const webhook of Object.values(documentedWebhooks)) {
    clock.now += 1000;
    await ingress(webhook);
    bodies.push(published.at(-1)?.body ?? '');
  }
  for (const body of bodies) await consume(table, body);
  return bodies;
};

/** Tables to back up and to restore into, one that receives everything, and a directory for files. */
export interface BackupFixture {
  readonly from: EventTable;
  readonly to: EventTable;
  readonly all: EventTable;
  readonly directory: string;
  gateway(client: BackupCalls, ...args: readonly string[]): Promise<CliResult>;
  /** Backs up `from`. @returns the file's name */
  create(...args: readonly string[]): Promise<string>;
  /** Restores into `to`. @returns what the command printed */
  restore(file: string, ...args: readonly string[]): Promise<unknown>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const startBackupFixture = async (): Promise<BackupFixture> => {
  const tables = await Promise.all([startEventTable(), startEventTable(), startEventTable()]);
  const [from, to, all] = tables;
  const directory = mkdtempSync(join(tmpdir(), 'backup-'));
  const gateway = (client: BackupCalls, ...args: readonly string[]) =>
    run(['backup', ...args], { workingDirectory: directory, backup: () => Promise.resolve(backupTable(client)) });
  const succeeded = async (result: Promise<CliResult>): Promise<string> => {
    const { exitCode, data, notes } = await result;
    if (exitCode !== 0) throw new Error(notes);
    return data;
  };
  let files = 0;
  return {
    from,
    to,
    all,
    directory,
    gateway,
    create: async (...args) => {
      files += 1;
      await succeeded(gateway(from.client, 'create', '--file', `${files}.ndjson`, ...args));
      return `${files}.ndjson`;
    },
    restore: async (file, ...args) =>
      JSON.parse(await succeeded(gateway(to.client, 'restore', file, '--json', ...args))) as unknown,
    clear: async () => {
      for (const table of tables) await table.clear();
    },
    close: async () => {
      await Promise.all(tables.map((table) => table.close()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
