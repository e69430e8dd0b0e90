import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBreakerStore } from '../../../lambda/breaker/aws/breaker-store';
import { eventTableName as tableName, startEventTable, type EventTable } from '../../helpers/event-table';
import { describeStore } from './store-contract';
import { firing, now, subaccountSid, triggerSid } from './firings';
import { createInMemoryStore } from './in-memory-store';

const signal = new AbortController().signal;
let table: EventTable;
let client: DynamoDBClient;

beforeAll(async () => {
  table = await startEventTable();
  ({ client } = table);
});

afterAll(() => table.close());

const lazyClient: Pick<DynamoDBClient, 'send'> = {
  // The suite is created before the client, and the overloads of `send` can only be forwarded like this.
  send: ((...args: Parameters<DynamoDBClient['send']>) => client.send(...args)) as DynamoDBClient['send'],
};

describeStore('the store in memory', (clock) => createInMemoryStore(clock).store);
describeStore('the store in DynamoDB', (clock) => createBreakerStore({ tableName, now: clock, client: lazyClient }));

test('two deliveries that find a rejected firing at once lead to one new decision', async () => {
  const at = (requestId: string) => firing({ UsageTriggerSid: `UT${'8'.repeat(32)}` }, { requestId });
  const store = createBreakerStore({ tableName, now: () => now, client: lazyClient });
  const first = await store.claim(at('a'), signal);
  if (first.kind !== 'open') throw new Error('the row is not new');
  await first.decide({ decision: 'below_threshold' });
  const meanwhile: string[] = [];
  const slow = createBreakerStore({
    tableName,
    now: () => now,
    client: {
      // Another delivery reopens the row after this one has read it.
      send: async (command: GetItemCommand, options: object) => {
        const found = await client.send(command, options);
        if (command instanceof GetItemCommand) meanwhile.push((await store.claim(at('b'), signal)).kind);
        return found;
      },
    },
  });
  expect(await slow.claim(at('c'), signal)).toEqual({ kind: 'busy' });
  expect(meanwhile).toEqual(['open']);
});

test('the row has what operators need, and neither body nor signature, and never expires', async () => {
  const store = createBreakerStore({ tableName, now: () => now, client: lazyClient });
  const claim = await store.claim(firing(), signal);
  if (claim.kind !== 'open') throw new Error('the row is not new');
  await claim.noteError('it failed');
  await claim.decide({ decision: 'tripped', targetSid: subaccountSid, usage: '51.000000', callsEnded: 2 });
  await store.noteReplay(firing({}, { requestId: 'request-2' }), signal);
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: { pk: { S: `${subaccountSid}#BREAKER` }, sk: { S: `BREAKER#2026-11-22#${triggerSid}` } },
    }),
  );
  expect(Item).toEqual({
    pk: { S: `${subaccountSid}#BREAKER` },
    sk: { S: `BREAKER#2026-11-22#${triggerSid}` },
    schema: { N: '2' },
    accountSid: { S: subaccountSid },
    triggerSid: { S: triggerSid },
    firedOn: { S: '2026-11-22' },
    receivedAt: { S: '2026-11-22T10:00:01.000Z' },
    requestId: { S: 'request-1' },
    category: { S: 'totalprice' },
    recurring: { S: 'daily' },
    triggerBy: { S: 'price' },
    currentValue: { S: '51.000000' },
    triggerValue: { S: '50.000000' },
    decision: { S: 'tripped' },
    decidedAt: { S: new Date(now).toISOString() },
    targetSid: { S: subaccountSid },
    usage: { S: '51.000000' },
    callsEnded: { N: '2' },
    lastReplayAt: { S: '2026-11-22T10:00:01.000Z' },
    lastReplayRequestId: { S: 'request-2' },
  });
});
