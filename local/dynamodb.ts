import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { UserError } from './user-error';

export interface LocalDynamoDb {
  readonly endpoint: string;
  createTable(input: CreateTableCommandInput): Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * DynamoDB by dynalite. Items are kept in `directory`. It deletes nothing at its time to live.
 * @throws UserError if another process holds the directory
 */
export const startDynamoDb = async (options: {
  readonly directory: string;
  readonly region: string;
}): Promise<LocalDynamoDb> => {
  await mkdir(options.directory, { recursive: true });
  const server = dynalite({
    createTableMs: 0,
    path: options.directory,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: options.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

  const close = async (): Promise<void> => {
    client.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };

  try {
    await opened(client);
  } catch (cause) {
    await close();
    throw new UserError(
      `The data directory ${options.directory} cannot be opened: is another gateway running on it?`,
      { cause },
    );
  }

  return {
    endpoint,
    close,
    createTable: async (input) => {
      const kept = await describeTable(client, input.TableName ?? '');
      if (kept === undefined) {
        await client.send(new CreateTableCommand(input));
        await active(client, input.TableName ?? '');
      } else if (JSON.stringify(kept.KeySchema) !== JSON.stringify(input.KeySchema)) {
        throw new UserError('The data directory holds a table with other keys. Take an empty --data-dir.');
      }
    },
  };
};

/**
 * dynalite opens its files, and takes their lock, at the first call. Until this one has them, nobody may touch the rest of the data
 * directory: it may be another gateway's. What dynalite cannot open it throws from a callback, where nobody else can catch it.
 */
const opened = async (client: DynamoDBClient): Promise<void> => {
  let refuse: (error: Error) => void = () => undefined;
  const refused = new Promise<never>((_resolve, reject) => {
    refuse = reject;
    process.once('uncaughtException', refuse);
  });
  try {
    await Promise.race([describeTable(client, 'no-such-table'), refused]);
  } finally {
    process.off('uncaughtException', refuse);
  }
};

/** @returns undefined where there is no such table */
const describeTable = async (
  client: DynamoDBClient,
  tableName: string,
): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const active = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await describeTable(client, tableName))?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`table ${tableName} did not become active`);
};
