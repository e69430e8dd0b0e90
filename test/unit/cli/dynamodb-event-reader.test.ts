import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import { createDynamoDbEventReader } from '../../../cli/dynamodb-event-reader';
import { createDynamoDbMessageReader } from '../../../cli/dynamodb-message-reader';
import { createDynamoDbTableReader, type DynamoDbCalls } from '../../../cli/dynamodb-table-reader';
import { accountDayIndex } from '../../../lambda/shared/table';
import { accountSid, otherAccountSid } from './fake-world';
import { eventItem, messageItem, startMessageTable, tableName } from './message-table';

const now = new Date('2026-03-04T12:00:00.000Z');
const { signal } = new AbortController();
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
const sidOf = (number: number): string => `SM${number.toString(16).padStart(32, '0')}`;

const cloudEvent = (number: number, minutes: number) =>
  eventItem({
    id: `EZ${number}`,
    receivedAt: minutesAgo(minutes),
    account: accountSid,
    place: `CLOUDEVENT#${number}`,
    attributes: { kind: 'event', type: 'com.example.sent', payload: `{"id":"EZ${number}"}` },
  });

const unrecognized = (number: number, minutes: number) =>
  eventItem({
    id: `hash-${number}`,
    receivedAt: minutesAgo(minutes),
    account: accountSid,
    place: `EVENT#hash-${number}`,
    attributes: { kind: 'unrecognized', reason: 'missing_field', route: 'messages', params: '{"Body":"x"}' },
  });

/** What lies beside other content under the same id. */
const otherContent = eventItem({
  id: 'EZ1',
  receivedAt: minutesAgo(2),
  account: accountSid,
  place: 'CLOUDEVENT#1',
  sortKey: 'EVENT#other-hash',
  attributes: { kind: 'event', payload: '{"id":"EZ1","other":true}' },
});
const ofOtherAccount = eventItem({
  id: 'EZ1',
  receivedAt: minutesAgo(3),
  account: otherAccountSid,
  place: 'CLOUDEVENT#1',
  attributes: { kind: 'event', payload: '{}' },
});
/** An index row whose time does not end with the event's id. */
const otherTime: Record<string, AttributeValue> = {
  ...cloudEvent(77, 5),
  [accountDayIndex.sort]: { S: `${minutesAgo(5)}#something-else` },
};

describe('the event reader on a table', () => {
  let client: DynamoDB;
  let stop: () => Promise<void>;
  const table = (calls: DynamoDbCalls = client) =>
    createDynamoDbTableReader(calls, { tableName, signal, sleep: () => Promise.resolve() });
  const events = () => createDynamoDbEventReader(table());
  const query = { accountSids: [accountSid], days: 30, now };

  beforeAll(async () => {
    const messages = Array.from({ length: 150 }, (_, number) =>
      messageItem(sidOf(number), minutesAgo(number), accountSid, `number ${number}`),
    );
    ({ client, stop } = await startMessageTable([
      ...messages,
      ...Array.from({ length: 130 }, (_, number) => cloudEvent(number + 100, 200 + number)),
      cloudEvent(1, 1),
      otherContent,
      ofOtherAccount,
      otherTime,
      // Older than all that is recognized, one on the day before.
      unrecognized(1, 400),
      unrecognized(2, 1000),
    ]));
  });
  afterAll(() => stop());

  it('lists events only, newest first, however many messages share the index', async () => {
    const found = await events().list({ ...query, limit: 4, unrecognizedOnly: false });
    expect(found.map(({ id }) => id)).toEqual(['EZ1', 'EZ1', 'EZ77', 'EZ100']);
    expect(found[0]).toEqual({
      id: 'EZ1',
      kind: 'event',
      type: 'com.example.sent',
      accountSid,
      subject: null,
      receivedAt: minutesAgo(1),
      recognized: true,
      reason: null,
    });
  });

  it('reads on until it has as many unrecognized ones as asked for, past all the others', async () => {
    const found = await events().list({ ...query, limit: 2, unrecognizedOnly: true });
    expect(found).toMatchObject([
      { id: 'hash-1', recognized: false, reason: 'missing_field' },
      { id: 'hash-2', recognized: false },
    ]);
    const one = await events().list({ ...query, limit: 1, unrecognizedOnly: true });
    expect(one).toMatchObject([{ id: 'hash-1' }]);
  });

  it('leaves events out of the list of messages, and still fills its limit', async () => {
    const reader = createDynamoDbMessageReader(table());
    const messages = await reader.list({ ...query, limit: 150 });
    expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: 150 }, (_, at) => `number ${at}`));
  });

  it('pages on where a page of the index holds nothing that is wanted', async () => {
    const small = table({
      batchGetItem: (input, options) => client.batchGetItem(input, options),
      query: (input, options) => client.query({ ...input, Limit: 3 }, options),
    });
    const found = await createDynamoDbEventReader(small).list({ ...query, limit: 2, unrecognizedOnly: true });
    expect(found.map(({ id }) => id)).toEqual(['hash-1', 'hash-2']);
  });

  it('finds all events of an id, the other content and the other account included', async () => {
    const found = await events().find('EZ1', { ...query, accountSids: [accountSid, otherAccountSid] });
    expect(found).toMatchObject([
      { accountSid, payload: '{"id":"EZ1"}' },
      { accountSid, payload: '{"id":"EZ1","other":true}' },
      { accountSid: otherAccountSid, payload: '{}' },
    ]);
    expect(await events().find('EZ1', query)).toHaveLength(2);
  });

  it('finds an event whose row in the index does not name it, and nothing for an unknown id', async () => {
    expect(await events().find('EZ77', query)).toMatchObject([{ id: 'EZ77' }]);
    expect(await events().find('Z77', query)).toEqual([]);
  });

  it('reads all of an unrecognized event', async () => {
    expect(await events().find('hash-2', query)).toMatchObject([
      {
        route: 'messages',
        reason: 'missing_field',
        params: { Body: 'x' },
        payload: null,
        payloadBase64: null,
      },
    ]);
  });
});
