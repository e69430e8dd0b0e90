import type { DynamoDbCalls } from '../../../../../cli/clients/dynamodb/table-reader';
import { createDynamoDbWebhookReader } from '../../../../../cli/clients/webhooks/dynamodb-webhook-reader';
import { optOutKey } from '../../../../../lambda/shared/contract/table';
import { startEventTable, type EventTable } from '../../../../helpers/event-table';
import { accountSid, callback, incoming, otherEvent } from '../../../consumer/webhooks';
import { eventRow, messageRow, storeRows, tableReader } from './fixture';

const own = '+15550100002';
const person = '+15550100001';
const stranger = '+15550100003';
const service = `MG${'1'.repeat(32)}`;
const sid = (number: number): string => `SM${number.toString(16).padStart(32, '0')}`;
/** The last minutes, so that the messages are found without the index too. */
const now = Date.now();
const minutesAgo = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const period = { accountSids: [accountSid], since: new Date(now - 86_400_000), until: new Date(now + 60_000) };

const received = (number: number, minutes: number, from: string, params: Record<string, string> = {}) =>
  messageRow(
    incoming({
      messageSid: sid(number),
      from,
      to: own,
      body: `text ${number}`,
      params: JSON.stringify(params),
      receivedAt: minutesAgo(minutes),
    }),
  );

const optOut = (scope: string, side: string, state: string, minutes: number) => {
  const { pk, sk } = optOutKey(accountSid, scope, side);
  return { pk: { S: pk }, sk: { S: sk }, state: { S: state }, changedAt: { S: minutesAgo(minutes) } };
};

const rows = [
  received(1, 50, person),
  messageRow(callback(sid(2), 'delivered', { from: own, to: person, receivedAt: minutesAgo(40) })),
  received(3, 30, person, { MessagingServiceSid: service }),
  received(4, 20, stranger),
  received(5, 10, `whatsapp:${person}`),
  eventRow(otherEvent({ eventId: 'EVENT#a', receivedAt: minutesAgo(5) })),
  optOut(own, person, 'STOP', 60),
  optOut(service, person, 'START', 45),
];

describe('conversations in a table', () => {
  let table: EventTable;
  const reader = (calls: DynamoDbCalls = table.client) =>
    createDynamoDbWebhookReader(() => Promise.resolve(tableReader(calls)));
  const unindexed = (): DynamoDbCalls => ({
    batchGetItem: (input, options) => table.client.batchGetItem(input, options),
    query: (input, options) =>
      table.client.query(
        { ...input, IndexName: input.IndexName === 'byConversation' ? 'absent' : input.IndexName },
        options,
      ),
  });

  beforeAll(async () => {
    table = await startEventTable();
    await storeRows(table.client, rows);
  });
  afterAll(() => table.close());

  it('are listed with their last message, their number of messages and the last opt-out', async () => {
    expect(await reader().conversations({ ...period, limit: 10 })).toEqual([
      {
        accountSid,
        own,
        person: `whatsapp:${person}`,
        lastAt: minutesAgo(10),
        lastText: 'text 5',
        lastDirection: 'inbound',
        messages: 1,
        optOut: null,
      },
      {
        accountSid,
        own,
        person: stranger,
        lastAt: minutesAgo(20),
        lastText: 'text 4',
        lastDirection: 'inbound',
        messages: 1,
        optOut: null,
      },
      {
        accountSid,
        own,
        person,
        lastAt: minutesAgo(30),
        lastText: 'text 3',
        lastDirection: 'inbound',
        messages: 3,
        optOut: 'START',
      },
    ]);
  });

  it('are found by a message in them, and counted whole', async () => {
    expect(await reader().conversations({ ...period, limit: 10, search: 'TEXT 1' })).toMatchObject([
      { person, messages: 3, lastText: 'text 3' },
    ]);
    expect(await reader().conversations({ ...period, limit: 1 })).toHaveLength(1);
    expect(await reader().conversations({ ...period, limit: 9, direction: 'outbound' })).toMatchObject([{ person }]);
  });

  it('are read page by page, oldest first, and the same without the index', async () => {
    const key = { accountSid, own, person };
    const last = await reader().conversation(key, { limit: 2 });
    expect(last.messages.map(({ id }) => id)).toEqual([sid(2), sid(3)]);
    expect(last.before).toBe(`${minutesAgo(40)}#${sid(2)}`);
    const before = last.before ?? '';
    const first = await reader().conversation(key, { limit: 2, before });
    expect(first).toMatchObject({ messages: [{ id: sid(1), direction: 'inbound' }], before: null });
    expect(await reader(unindexed()).conversation(key, { limit: 2 })).toEqual(last);
    expect(await reader(unindexed()).conversation(key, { limit: 2, before })).toEqual(first);
  });
});
