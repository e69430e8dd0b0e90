import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DynamoDBClient, CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import { UserError } from '../user-error';
import { createChangeStreams, type ChangeStream } from './change-stream';

export interface LocalDynamoDb {
  readonly endpoint: string;
  createTable(input: CreateTableCommandInput): Promise<void>;
  /** Opens the stream of an existing table, whose changes are recorded from now on. */
  openStream(tableName: string): Promise<ChangeStream>;
  /** Ends the stream of an existing table, if it has one, and deletes its records. */
  dropStream(tableName: string): Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * DynamoDB, emulated by dynalite. Items are stored in `directory`, or in memory if it is undefined. Expired items (TTL)
 * are not deleted.
 * @throws UserError if another process holds the directory
 */
export const startDynamoDb = async (options: {
  readonly directory: string | undefined;
  readonly region: string;
}): Promise<LocalDynamoDb> => {
  if (options.directory !== undefined) await mkdir(options.directory, { recursive: true });
  const thread = new Worker(join(__dirname, 'dynalite-thread.cjs'), {
    workerData: { directory: options.directory },
    // Without the gateway's module loaders.
    execArgv: [],
  });
  const [{ port }] = (await once(thread, 'message')) as [{ readonly port: number }]; // What the thread posts.
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: options.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

  const close = async (): Promise<void> => {
    client.destroy();
    const exited = once(thread, 'exit');
    thread.postMessage('close');
    await exited;
  };

  // dynalite opens and locks its files at the first call. Its thread ends with an error if another gateway has them.
  // Other services must not use the data directory before that.
  let refuse: (error: Error) => void = () => undefined;
  const refused = new Promise<never>((_resolve, reject) => thread.once('error', (refuse = reject)));
  try {
    await Promise.race([describeTable(client, 'no-such-table'), refused]);
  } catch (cause) {
    client.destroy();
    await thread.terminate();
    if (options.directory === undefined) throw cause;
    throw new UserError(`The data directory ${options.directory} cannot be opened: is another gateway running on it?`, {
      cause,
    });
  } finally {
    // From now on an error of the thread ends the gateway, which could store nothing without it.
    thread.off('error', refuse);
  }

  const streams = createChangeStreams(thread);
  return {
    endpoint,
    close,
    openStream: streams.open,
    dropStream: streams.drop,
    createTable: async (input) => {
      const kept = await describeTable(client, input.TableName ?? '');
      if (kept === undefined) {
        await client.send(new CreateTableCommand(input));
        await waitUntilActive(client, input.TableName ?? '');
      } else if (JSON.stringify(kept.KeySchema) !== JSON.stringify(input.KeySchema)) {
        throw new UserError('The data directory contains a table with other keys. Use an empty --data-dir.');
      } else {
        const { TableName = '', GlobalSecondaryIndexes = [], AttributeDefinitions } = input;
        await streams.addIndexes(TableName, GlobalSecondaryIndexes, AttributeDefinitions);
      }
    },
  };
};

/** @returns undefined where there is no such table */
const describeTable = async (client: DynamoDBClient, tableName: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const waitUntilActive = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await describeTable(client, tableName))?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`table ${tableName} did not become active`);
};
