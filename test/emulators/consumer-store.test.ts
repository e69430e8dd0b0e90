import {
  type DynamoDBClient,
  GetItemCommand,
  type PutItemCommand,
  QueryCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { createDynamoDbEventStore } from '../../lambda/consumer/aws/dynamodb-event-store';
import type { EventStore, IncomingMessage, StatusCallback } from '../../lambda/consumer/ports';
import { conversationIdOf } from '../../lambda/shared/events/conversation';
import {
  accountDayShard,
  conversationIndex,
  eventKey,
  messageKey,
  optOutKey,
  otherContentSortKeyPrefix,
  signedTextKey,
  statusSortKeyPrefix,
} from '../../lambda/shared/contract/table';
import {
  deliveries,
  describeEventStore,
  disordered,
  type StoredEvent,
  type StoredMessage,
  type StoredOptOut,
  type StoredStatus,
  type TestableEventStore,
} from '../unit/consumer/event-store-contract';
import { describeOptOuts, optOut } from '../unit/consumer/opt-out-contract';
import { eventTableName as tableName, startEventTable, type EventTable } from '../helpers/event-table';
import { accountSid, at, callback, from, incoming, nextMessageSid, otherEvent, to } from '../unit/consumer/webhooks';

const signal = new AbortController().signal;
let table: EventTable;
let client: DynamoDBClient;

beforeAll(async () => {
  table = await startEventTable();
  ({ client } = table);
});

afterAll(() => table.close());

const plain = (value: AttributeValue): unknown => {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(plain);
  if (value.M !== undefined) return plainItem(value.M);
  throw new Error('an attribute of a type that the store does not write');
};
const plainItem = (item: Readonly<Record<string, AttributeValue>>) =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));

const readItem = async ({ pk, sk }: { readonly pk: string; readonly sk: string }) => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : plainItem(Item);
};

const readHistoryItems = async (account: string, messageSid: string) => {
  const { Items } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: {
        ':pk': { S: messageKey(account, messageSid).pk },
        ':sk': { S: statusSortKeyPrefix },
      },
    }),
  );
  return (Items ?? []).map(plainItem);
};

/** Only the attributes that the contract compares. */
const pick = <T>(item: Readonly<Record<string, unknown>>, names: readonly (keyof T & string)[]) =>
  Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]]))) as T;

const reader: TestableEventStore = {
  readMessage: async (account, messageSid) => {
    const item = await readItem(messageKey(account, messageSid));
    return item === undefined
      ? undefined
      : pick<StoredMessage>(item, [
          'accountSid',
          'direction',
          'from',
          'to',
          'receivedAt',
          'requestId',
          'body',
          'media',
          'params',
          'query',
          'fallback',
          'status',
          'errorCode',
          'updatedAt',
          'via',
        ]);
  },
  readHistory: async (account, messageSid) =>
    (await readHistoryItems(account, messageSid)).map((item) =>
      pick<StoredStatus>(item, ['status', 'errorCode', 'receivedAt', 'query', 'params', 'via']),
    ),
  readEvent: async (account, eventId, contentHash) => {
    const { pk, sk } = eventKey(account, eventId);
    const item = await readItem({
      pk,
      sk: contentHash === undefined ? sk : `${otherContentSortKeyPrefix}${contentHash}`,
    });
    return item === undefined
      ? undefined
      : pick<StoredEvent>(item, [
          'kind',
          'accountSid',
          'receivedAt',
          'query',
          'route',
          'type',
          'source',
          'reason',
          'params',
          'payload',
          'payloadBase64',
        ]);
  },
  readOptOut: async (account, own, person) => {
    const item = await readItem(optOutKey(account, own, person));
    return item === undefined
      ? undefined
      : pick<StoredOptOut>(item, ['state', 'source', 'changedAt', 'messageSid', 'from', 'to']);
  },
};

describeEventStore(
  'DynamoDB',
  () => Promise.resolve({ ...createDynamoDbEventStore({ tableName, retentionDays: 0, client }), ...reader }),
  // Every fifth of the 120 orders; the property test covers the others.
  { everyOrder: 5, numRuns: 25 },
);

describeOptOuts(
  'DynamoDB',
  () => Promise.resolve({ ...createDynamoDbEventStore({ tableName, retentionDays: 0, client }), ...reader }),
  25,
);

describe('the items in the table', () => {
  it('have the keys of the index and a schema version, and expire only if the stage has a retention', async () => {
    const messageSid = nextMessageSid();
    const store = createDynamoDbEventStore({ tableName, retentionDays: 2, client });
    await store.storeMessage(incoming({ messageSid, receivedAt: at(1) }), signal);
    await store.storeStatus(callback(messageSid, 'sent', { receivedAt: at(2) }), signal);
    const event = otherEvent({ eventId: nextMessageSid() });
    await createDynamoDbEventStore({ tableName, retentionDays: 0, client }).storeEvent(event, signal);

    const expiresAt = Date.parse(at(1)) / 1000 + 2 * 86_400;
    expect(await readItem(messageKey(accountSid, messageSid))).toMatchObject({
      schema: 2,
      accountDay: expect.stringMatching(new RegExp(`^${accountSid}#2026-01-02#[0-3]$`)) as string,
      accountDayTime: `${at(1)}#${messageSid}`,
      expiresAt,
    });
    const message = await readItem(messageKey(accountSid, messageSid));
    expect(await readHistoryItems(accountSid, messageSid)).toMatchObject([
      {
        schema: 2,
        kind: 'status',
        accountSid,
        from,
        to,
        expiresAt: expiresAt + 1,
        // The shard of its message.
        accountDay: message?.['accountDay'],
        accountDayTime: `${at(2)}#${messageSid}#sent#-`,
      },
    ]);
    expect(await readItem(eventKey(accountSid, event.eventId))).not.toHaveProperty('expiresAt');
  });

  it('list an event by account and day, as a message', async () => {
    const store = createDynamoDbEventStore({ tableName, retentionDays: 0, client });
    const event = otherEvent({ eventId: `EVENT#${nextMessageSid()}`, receivedAt: at(1) });
    await store.storeEvent(event, signal);
    expect(await readItem(eventKey(accountSid, event.eventId))).toMatchObject({
      eventId: event.eventId,
      accountDay: expect.stringMatching(new RegExp(`^${accountSid}#2026-01-02#[0-3]$`)) as string,
      accountDayTime: `${at(1)}#${event.eventId}`,
    });
  });

  it('remember a signed text indefinitely, without its text, whatever the retention', async () => {
    const store = createDynamoDbEventStore({ tableName, retentionDays: 2, client });
    const signed = {
      accountSid,
      signedTextHash: nextMessageSid(),
      reading: 'digest',
      requestId: 'request',
      receivedAt: at(1),
      idempotencyToken: 'token',
    };
    await store.claimText(signed, signal);
    const { signedTextHash, ...kept } = signed;
    const key = signedTextKey(accountSid, signedTextHash);
    expect(await readItem(key)).toEqual({ ...key, ...kept, schema: 2 });
  });

  it('remember an opt-out indefinitely, whatever the retention, and outside the indexes', async () => {
    const store = createDynamoDbEventStore({ tableName, retentionDays: 2, client });
    const said = optOut({ person: '+15550100041' });
    await store.storeOptOut(said, signal);
    const { own, person, ...kept } = said;
    const key = optOutKey(accountSid, own, person);
    expect(await readItem(key)).toEqual({ ...key, ...kept, schema: 2 });
  });

  it('may have addresses that are longer than a key', async () => {
    const messageSid = nextMessageSid();
    const store = createDynamoDbEventStore({ tableName, retentionDays: 0, client });
    const long = `sip:${'ü'.repeat(3000)}@example.com`;
    expect(await store.storeMessage(incoming({ messageSid, from: long }), signal)).toBe('stored');
    expect(await reader.readMessage(accountSid, messageSid)).toMatchObject({ from: long });
  });

  it('move to the earlier day of the index when an earlier status of an outbound message comes late', async () => {
    const messageSid = nextMessageSid();
    const store = createDynamoDbEventStore({ tableName, retentionDays: 0, client });
    await store.storeStatus(callback(messageSid, 'sent', { receivedAt: '2026-01-03T00:00:00.000Z' }), signal);
    await store.storeStatus(callback(messageSid, 'queued', { receivedAt: '2026-01-02T23:59:59.999Z' }), signal);
    expect(await readItem(messageKey(accountSid, messageSid))).toMatchObject({
      status: 'sent',
      updatedAt: '2026-01-03T00:00:00.000Z',
      receivedAt: '2026-01-02T23:59:59.999Z',
      accountDay: expect.stringContaining('#2026-01-02#') as string,
    });
  });
});

describe('the index by conversation', () => {
  const withoutIndex = () =>
    createDynamoDbEventStore({ tableName, retentionDays: 0, conversationIndex: false, client });
  const withIndex = () => createDynamoDbEventStore({ tableName, retentionDays: 0, client });
  const listed = async (one: string, other: string): Promise<readonly (string | undefined)[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: conversationIndex.name,
        KeyConditionExpression: '#conversation = :conversation',
        ExpressionAttributeNames: { '#conversation': conversationIndex.partition },
        ExpressionAttributeValues: { ':conversation': { S: conversationIdOf(accountSid, one, other) } },
      }),
    );
    return Items.map(({ pk }) => pk?.S);
  };

  it('lists the messages between two addresses in both directions, by time', async () => {
    const [first, second, third] = [nextMessageSid(), nextMessageSid(), nextMessageSid()];
    const [one, other] = ['+15550100031', '+15550100032'];
    const store = withIndex();
    await store.storeMessage(incoming({ messageSid: third, from: one, to: other, receivedAt: at(3) }), signal);
    await store.storeMessage(incoming({ messageSid: first, from: one, to: other, receivedAt: at(1) }), signal);
    const reply = { from: other, to: one };
    await store.storeStatus(callback(second, 'sent', { ...reply, receivedAt: at(2) }), signal);
    await store.storeStatus(callback(second, 'delivered', { ...reply, receivedAt: at(5) }), signal);
    await store.storeMessage(incoming({ messageSid: nextMessageSid(), from: one, to: '+15550100033' }), signal);
    const expected = [first, second, third].map((sid) => messageKey(accountSid, sid).pk);
    expect(await listed(one, other)).toEqual(expected);
    expect(await listed(other, one)).toEqual(expected);
  });

  it('is optional: then items have no key of it', async () => {
    const messageSid = nextMessageSid();
    await withoutIndex().storeMessage(incoming({ messageSid }), signal);
    await withoutIndex().storeStatus(callback(messageSid, 'delivered'), signal);
    expect(await readItem(messageKey(accountSid, messageSid))).not.toHaveProperty('conversation');
  });

  it('gets a message that was stored before it when another status callback is stored', async () => {
    const messageSid = nextMessageSid();
    const addresses = { from: '+15550100034', to: '+15550100035' };
    await withoutIndex().storeStatus(callback(messageSid, 'sent', { ...addresses, receivedAt: at(1) }), signal);
    await withIndex().storeStatus(callback(messageSid, 'delivered', { ...addresses, receivedAt: at(2) }), signal);
    expect(await listed(addresses.from, addresses.to)).toEqual([messageKey(accountSid, messageSid).pk]);
    expect(await readItem(messageKey(accountSid, messageSid))).toMatchObject({
      accountDayTime: `${at(1)}#${messageSid}`,
    });
  });
});

describe('what people look for', () => {
  it('is in attributes of a message, and none remains of a delivery that an earlier one replaces', async () => {
    const attributes = { messageType: 'button', buttonText: 'Yes', profileName: 'Ada' };
    const later = incoming({ messageSid: nextMessageSid(), attributes, receivedAt: at(2) });
    const { body, ...rest } = { ...later, attributes: { profileName: 'Eve' }, receivedAt: at(1), requestId: 'earlier' };
    const store = createDynamoDbEventStore({ tableName, retentionDays: 0, client });
    await store.storeMessage(later, signal);
    const key = messageKey(accountSid, later.messageSid);
    expect(await readItem(key)).toMatchObject({ ...attributes, body });
    await store.storeMessage(rest, signal);
    const replaced = await readItem(key);
    expect(replaced).toMatchObject({ profileName: 'Eve', requestId: 'earlier' });
    for (const name of ['messageType', 'buttonText', 'body']) expect(replaced).not.toHaveProperty(name);
  });

  it('is in attributes of an event', async () => {
    const event = otherEvent({ eventId: nextMessageSid(), subject: `CA${'1'.repeat(32)}`, type: 'call.completed' });
    await createDynamoDbEventStore({ tableName, retentionDays: 0, client }).storeEvent(event, signal);
    expect(await readItem(eventKey(accountSid, event.eventId))).toMatchObject({
      subject: event.subject,
      type: 'call.completed',
    });
  });
});

type Webhook = IncomingMessage | StatusCallback;
const deliver = async (store: EventStore, webhook: Webhook): Promise<unknown> =>
  webhook.kind === 'message' ? store.storeMessage(webhook, signal) : store.storeStatus(webhook, signal);

type Sent = readonly [command: PutItemCommand, options?: { readonly abortSignal?: AbortSignal }];

/** The real client with another `send`. `send` has a dozen overloads; the store uses this one, for two commands. */
const around = (send: (...sent: Sent) => Promise<unknown>) => ({ send: send as DynamoDBClient['send'] });

/** A client whose n-th call fails, before it is sent or after it took effect. */
const failingClient = (failAt: number, when: 'before' | 'after') => {
  let calls = 0;
  return around(async (...sent) => {
    calls += 1;
    const fails = calls === failAt;
    if (fails && when === 'before') throw new Error('killed before the write');
    const answer = await client.send(...sent);
    if (fails) throw new Error('killed after the write');
    return answer;
  });
};

/** A client that sends every write twice, as the SDK does when the first answer is lost. */
const repeatingClient = around(async (...sent) => {
  await client.send(...sent);
  return client.send(...sent);
});

describe('a lost answer', () => {
  it('is a success: the condition fails because of our own write', async () => {
    const messageSid = nextMessageSid();
    const store = createDynamoDbEventStore({ tableName, retentionDays: 0, client: repeatingClient });
    const event = otherEvent({ eventId: nextMessageSid() });
    expect(await store.storeMessage(incoming({ messageSid }), signal)).toBe('duplicate');
    expect(await store.storeStatus(callback(messageSid, 'delivered'), signal)).toMatchObject({
      outcome: 'duplicate',
    });
    expect(await store.storeEvent(event, signal)).toBe('duplicate');
    const said = optOut({ person: '+15550100042' });
    await store.storeOptOut(said, signal);
    expect(await reader.readOptOut(accountSid, said.own, said.person)).toMatchObject({ state: 'STOP' });
    expect(await reader.readMessage(accountSid, messageSid)).toMatchObject({
      direction: 'inbound',
      status: 'delivered',
    });
    expect(await reader.readHistory(accountSid, messageSid)).toHaveLength(1);
    expect(await reader.readEvent(accountSid, event.eventId)).toBeDefined();
  });
});

describe('a fault', () => {
  it('rejects: a missing table and an aborted call are not duplicates', async () => {
    const store = createDynamoDbEventStore({ tableName: 'NoSuchTable', retentionDays: 0, client });
    const message = incoming({ messageSid: nextMessageSid() });
    await expect(store.storeMessage(message, signal)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(store.storeOptOut(optOut({ person: '+15550100043' }), signal)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const real = createDynamoDbEventStore({ tableName, retentionDays: 0, client });
    await expect(real.storeMessage(message, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await reader.readMessage(accountSid, message.messageSid)).toBeUndefined();
  });
});

describe('a crash', () => {
  it('is repaired by the redelivery: between any two writes, in any order of the other deliveries', async () => {
    await fc.assert(
      fc.asyncProperty(
        deliveries('SM').chain((all) => fc.tuple(fc.constant(all), disordered(all))),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('before', 'after')), {
          maxLength: 4,
        }),
        async ([all, arrived], crashes) => {
          const undisturbed = nextMessageSid();
          const disturbed = sidOfSameShard(undisturbed);
          const steady = createDynamoDbEventStore({ tableName, retentionDays: 3, client });
          for (const webhook of all) await deliver(steady, { ...webhook, messageSid: undisturbed });
          for (const [index, webhook] of arrived.entries()) {
            const [failAt, when] = crashes[index] ?? [];
            if (failAt !== undefined && when !== undefined) {
              const killed = createDynamoDbEventStore({
                tableName,
                retentionDays: 3,
                client: failingClient(failAt, when),
              });
              await deliver(killed, { ...webhook, messageSid: disturbed }).catch(() => undefined);
            }
          }
          // Everything that was not acknowledged is delivered again.
          for (const webhook of arrived) await deliver(steady, { ...webhook, messageSid: disturbed });

          expect(renamed(await readItem(messageKey(accountSid, disturbed)), disturbed, undisturbed)).toEqual(
            await readItem(messageKey(accountSid, undisturbed)),
          );
          expect(renamed(await readHistoryItems(accountSid, disturbed), disturbed, undisturbed)).toEqual(
            await readHistoryItems(accountSid, undisturbed),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Another SID whose items differ in the SID alone: the shard of the index is computed from it. */
const sidOfSameShard = (messageSid: string): string => {
  let other = nextMessageSid();
  while (accountDayShard(other) !== accountDayShard(messageSid)) other = nextMessageSid();
  return other;
};

/** Raw items with one SID in place of another. */
const renamed = (items: unknown, sid: string, otherSid: string): unknown =>
  items === undefined ? undefined : (JSON.parse(JSON.stringify(items).replaceAll(sid, otherSid)) as unknown);
