import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDB, type DynamoDBClient, type PutItemCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createIdempotencyTable } from '../../../../lambda/handlers/aws/idempotency-table';
import type { Claim } from '../../../../lambda/handlers/ports';
import { handle, memoryPorts, messageEvent, recordOf } from '../fixture';

const tableName = 'HandledEvents';
const signal = new AbortController().signal;
let server: ReturnType<typeof dynalite>;
let client: DynamoDB;
let nowMs: number;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new DynamoDB({
    // A server on a port has an AddressInfo.
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  // The emulator activates a table in its next tick.
  await new Promise((resolve) => setTimeout(resolve, 20));
});
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
beforeEach(() => {
  nowMs = Date.now();
});

let keys = 0;
let owners = 0;
const newKey = () => `Replies#/accounts/AC1#${(keys += 1)}`;
const claimOf = (key: string): Claim => ({ key, owner: `owner ${(owners += 1)}`, untilMs: nowMs + 30_000 });
const table = (used: Pick<DynamoDBClient, 'send'> = client) =>
  createIdempotencyTable({ tableName, client: used, now: () => nowMs });
const item = async (key: string) => (await client.getItem({ TableName: tableName, Key: { id: { S: key } } })).Item;

test('an event is begun once, and done for 30 days once it ran to its end', async () => {
  const store = table();
  const [first, second] = [claimOf(newKey()), claimOf(`Replies#/accounts/AC1#${keys}`)];
  expect(await store.begin(first, signal)).toBe('begun');
  expect(await store.begin(second, signal)).toBe('in_progress');
  await store.finish(first, signal);
  expect(await item(first.key)).toEqual({
    id: { S: first.key },
    status: { S: 'done' },
    expiration: { N: String(Math.floor(nowMs / 1000) + 30 * 86_400) },
  });
  nowMs += 29 * 86_400_000;
  expect(await store.begin(second, signal)).toBe('done');
  // DynamoDB deletes an expired item within days: until then it counts as deleted.
  nowMs += 2 * 86_400_000;
  expect(await store.begin(second, signal)).toBe('begun');
});

test('a try that never releases its claim blocks the event until its invocation has certainly ended', async () => {
  const store = table();
  const key = newKey();
  await store.begin(claimOf(key), signal);
  nowMs += 30_000;
  expect(await store.begin(claimOf(key), signal)).toBe('in_progress');
  nowMs += 1;
  expect(await store.begin(claimOf(key), signal)).toBe('begun');
});

test('a failed try releases its own claim at once, and never that of another try', async () => {
  const store = table();
  const [first, second] = [claimOf(newKey()), claimOf(`Replies#/accounts/AC1#${keys}`)];
  await store.begin(first, signal);
  await store.release(second, signal);
  expect(await store.begin(second, signal)).toBe('in_progress');
  await store.release(first, signal);
  expect(await store.begin(second, signal)).toBe('begun');
  await store.release(first, signal);
  expect((await item(first.key))?.['owner']).toEqual({ S: second.owner });
});

test('a write that is repeated because its answer was lost is not another try', async () => {
  const twice = async (command: PutItemCommand) => {
    await client.send(command);
    return client.send(command);
  };
  // `send` has a dozen overloads; the table uses this one, for four commands.
  const store = table({ send: twice as DynamoDBClient['send'] });
  const claim = claimOf(newKey());
  expect(await store.begin(claim, signal)).toBe('begun');
  await store.finish(claim, signal);
  expect(await store.begin(claimOf(claim.key), signal)).toBe('done');
});

test('a call ends when its signal aborts, and a missing table is an error', async () => {
  await expect(table().begin(claimOf(newKey()), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  const missing = createIdempotencyTable({ tableName: 'NoSuchTable', client });
  await expect(missing.begin(claimOf(newKey()), signal)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('of many deliveries at the same time, only one runs the handler', async () => {
  const { ports, outcomes } = memoryPorts({ idempotency: table() });
  const event = messageEvent(1_000_000);
  let runs = 0;
  const records = Array.from({ length: 5 }, (_, at) => recordOf(event, `m${at}`));
  const returned = await handle(ports, records, async () => {
    runs += 1;
    while (outcomes.length < 4) await new Promise(setImmediate);
  });
  expect(runs).toBe(1);
  expect(returned).toHaveLength(4);
  expect(await handle(ports, records, () => Promise.resolve((runs += 1)))).toEqual([]);
  expect(runs).toBe(1);
});
