import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDB, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { startDynamoDb, type LocalDynamoDb } from '../../../../local/dynamodb/dynamodb';

const TableName = 'Items';
const region = 'eu-west-1';
const table: CreateTableCommandInput = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'day', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byDay',
      KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};
const directory = mkdtempSync(join(tmpdir(), 'gateway-tables-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe.each([
  ['in files', directory],
  ['in memory', undefined],
])('a table %s', (_where, storedIn) => {
  let dynamodb: LocalDynamoDb;
  let client: DynamoDB;

  const open = async (): Promise<void> => {
    dynamodb = await startDynamoDb({ directory: storedIn, region });
    await dynamodb.createTable(table);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDB({ endpoint: dynamodb.endpoint, region, credentials, maxAttempts: 1 });
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await dynamodb.close();
  };
  beforeEach(open);
  afterEach(close);

  const put = (pk: string, day: string) => client.putItem({ TableName, Item: { pk: { S: pk }, day: { S: day } } });
  const listed = async (day: string) => {
    const { Items = [] } = await client.query({
      TableName,
      IndexName: 'byDay',
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'day' },
      ExpressionAttributeValues: { ':day': { S: day } },
    });
    return Items.map(({ pk }) => pk?.S ?? '').sort();
  };

  test('has an index entry for each item, moved and deleted with it', async () => {
    const keys = Array.from({ length: 60 }, (_, at) => `item${String(at).padStart(2, '0')}`);
    await Promise.all(keys.map((key) => put(key, 'monday')));
    expect(await listed('monday')).toEqual(keys);
    const [first = '', second = ''] = keys;
    await Promise.all([put(first, 'tuesday'), client.deleteItem({ TableName, Key: { pk: { S: second } } })]);
    expect(await listed('monday')).toEqual(keys.slice(2));
    expect(await listed('tuesday')).toEqual([first]);
  });

  test('applies concurrent changes of one item one after another', async () => {
    const add = () =>
      client.updateItem({
        TableName,
        Key: { pk: { S: 'counter' } },
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      });
    await Promise.all(Array.from({ length: 40 }, add));
    const { Item } = await client.getItem({ TableName, Key: { pk: { S: 'counter' } } });
    expect(Item?.['count']).toEqual({ N: '40' });
  });

  test('is gone as soon as it is deleted', async () => {
    await put('a', 'monday');
    await client.deleteTable({ TableName });
    await expect(put('b', 'monday')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    // The emulator deletes its items half a second later.
    for (let tries = 0; tries < 100; tries += 1) {
      const { TableNames = [] } = await client.listTables({});
      if (TableNames.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await dynamodb.createTable(table);
    expect(await listed('monday')).toEqual([]);
  });

  test('closes in the middle of writes, and has what it acknowledged', async () => {
    const acknowledged: string[] = [];
    const keys = Array.from({ length: 50 }, (_, at) => `late${at}`);
    const writes = keys.map((key) => put(key, 'friday').then(() => acknowledged.push(key)));
    // Those that come too late fail.
    const settled = Promise.allSettled(writes);
    await writes[10];
    await close();
    await settled;
    expect(acknowledged.length).toBeGreaterThan(0);
    await open();
    const stored = await listed('friday');
    // In memory, the items end with the process.
    if (storedIn === undefined) expect(stored).toEqual([]);
    else expect(stored).toEqual(expect.arrayContaining(acknowledged));
  });
});

type Callback = (error: unknown) => void;
const { leanStore } = createRequire(__filename)('../../../../local/dynamodb/lean-store.cjs') as {
  readonly leanStore: (store: unknown, dynaliteDb: object) => void;
};

test('a write that fails is an error of each item that was in it', async () => {
  const batches: (readonly object[])[] = [];
  const db = {
    supports: {},
    batch: (operations: readonly object[]) => {
      batches.push(operations);
      return Promise.reject(new Error('disk full'));
    },
    put: (key: string, value: object, done: Callback): void => done([key, value]),
    del: (key: string, done: Callback): void => done(key),
  };
  const lifecycleManager = { trackOperation: (operation: Promise<unknown>) => operation };
  leanStore({ db, lifecycleManager, getTable: () => undefined }, {});
  const errors = await Promise.all([
    new Promise((resolve) => db.put('one', {}, resolve)),
    new Promise((resolve) => db.del('two', resolve)),
  ]);
  expect(errors.map(String)).toEqual(['Error: disk full', 'Error: disk full']);
  expect(batches).toEqual([
    [
      { type: 'put', key: 'one', value: {} },
      { type: 'del', key: 'two' },
    ],
  ]);
});
