import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDb, type LocalDynamoDb } from '../../local/dynamodb/dynamodb';
import type { ChangeStream } from '../../local/dynamodb/change-stream';

const region = 'eu-west-1';
const tableName = 'Table';
let directory: string;
let dynamodb: LocalDynamoDb;
let client: DynamoDBClient;
let stream: ChangeStream;

const open = async (storedIn: string | undefined): Promise<void> => {
  dynamodb = await startDynamoDb({ directory: storedIn, region });
  await dynamodb.createTable({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  stream = await dynamodb.openStream(tableName);
  client = new DynamoDBClient({
    endpoint: dynamodb.endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
};

const close = async (): Promise<void> => {
  client.destroy();
  await dynamodb.close();
};

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-stream-'));
  await open(directory);
});

afterEach(async () => {
  await close();
  rmSync(directory, { recursive: true });
});

const put = (pk: string, value: string) =>
  client.send(new PutItemCommand({ TableName: tableName, Item: { pk: { S: pk }, value: { S: value } } }));

test('records a new item, its change and its deletion, with both images, in order', async () => {
  await put('a', 'one');
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { pk: { S: 'a' } },
      UpdateExpression: 'SET #v = :v',
      ExpressionAttributeNames: { '#v': 'value' },
      ExpressionAttributeValues: { ':v': { S: 'two' } },
    }),
  );
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: { pk: { S: 'a' } } }));
  const oldItem = { pk: { S: 'a' }, value: { S: 'one' } };
  const newItem = { pk: { S: 'a' }, value: { S: 'two' } };
  const records = await stream.read('', 10);
  expect(records.map(({ eventName, oldImage, newImage }) => ({ eventName, oldImage, newImage }))).toEqual([
    { eventName: 'INSERT', oldImage: undefined, newImage: oldItem },
    { eventName: 'MODIFY', oldImage: oldItem, newImage: newItem },
    { eventName: 'REMOVE', oldImage: newItem, newImage: undefined },
  ]);
  const numbers = records.map(({ sequenceNumber }) => sequenceNumber);
  expect([...numbers].sort()).toEqual(numbers);
});

test('records nothing if a write does not change the item, or its condition fails', async () => {
  await put('a', 'one');
  await put('a', 'one');
  const refused = client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: { pk: { S: 'a' }, value: { S: 'two' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
  await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await stream.read('', 10)).toHaveLength(1);
});

test('continues after a given record, and does not return trimmed ones', async () => {
  for (const pk of ['a', 'b', 'c']) await put(pk, 'one');
  const [first, second, third] = await stream.read('', 10);
  expect(await stream.read(first?.sequenceNumber ?? '', 1)).toEqual([second]);
  await stream.trim(second?.sequenceNumber ?? '');
  expect(await stream.read('', 10)).toEqual([third]);
});

test('wakes a reader that waits for a change', async () => {
  const version = stream.version();
  const changed = stream.changedSince(version, AbortSignal.timeout(10_000));
  await put('a', 'one');
  await changed;
  expect(stream.version()).toBeGreaterThan(version);
  // At once: it has changed already.
  await stream.changedSince(version, new AbortController().signal);
  expect(await stream.read('', 10)).toHaveLength(1);
});

test('keeps records and numbers over a restart', async () => {
  await put('a', 'one');
  await put('b', 'one');
  const [first, second] = await stream.read('', 10);
  await stream.trim(first?.sequenceNumber ?? '');
  await close();
  await open(directory);
  await put('c', 'one');
  const records = await stream.read('', 10);
  expect(records[0]).toEqual(second);
  expect(records[1]?.newImage).toMatchObject({ pk: { S: 'c' } });
  expect((records[1]?.sequenceNumber ?? '') > (second?.sequenceNumber ?? '')).toBe(true);
});

test('records concurrent changes of one item in the order in which they were made', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, at) => put('a', String(at))));
  const records = await stream.read('', 100);
  expect(records).toHaveLength(50);
  for (const [at, { oldImage }] of records.entries()) {
    expect(oldImage).toEqual(records[at - 1]?.newImage);
  }
});

test('records the same in memory, where no store for files is installed', async () => {
  await close();
  await open(undefined);
  await put('a', 'one');
  await put('b', 'one');
  await put('a', 'two');
  const records = await stream.read('', 10);
  expect(records.map(({ eventName, newImage }) => [eventName, newImage])).toEqual([
    ['INSERT', { pk: { S: 'a' }, value: { S: 'one' } }],
    ['INSERT', { pk: { S: 'b' }, value: { S: 'one' } }],
    ['MODIFY', { pk: { S: 'a' }, value: { S: 'two' } }],
  ]);
  await stream.trim(records[1]?.sequenceNumber ?? '');
  expect(await stream.read('', 10)).toEqual(records.slice(2));
});
