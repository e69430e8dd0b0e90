import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import { createDynamoDbEventReader } from '../../../../../cli/clients/dynamodb/event-reader';
import { createDynamoDbMessageReader } from '../../../../../cli/clients/dynamodb/message-reader';
import { lastDays } from '../../../../../cli/clients/dynamodb/recent-entries';
import { newestWebhooks, take } from '../../../../../cli/clients/webhooks/newest';
import type { WebhookFilter } from '../../../../../cli/clients/webhook-view';
import { createDynamoDbTableReader, type DynamoDbCalls } from '../../../../../cli/clients/dynamodb/table-reader';
import { accountDayIndex } from '../../../../../lambda/shared/contract/table';
import { accountSid, otherAccountSid } from '../../fake-environment';
import { eventItem, messageItem, startMessageTable, tableName } from '../../message-table';

const now = new Date('2026-03-04T12:00:00.000Z');
const { signal } = new AbortController();
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
const sidOf = (number: number): string => `SM${number.toString(16).padStart(32, '0')}`;

const cloudEvent = (number: number, minutes: number) =>
  eventItem({
    id: `CLOUDEVENT#${number}`,
    receivedAt: minutesAgo(minutes),
    account: accountSid,
    attributes: { kind: 'event', type: 'com.example.sent', payload: `{"id":"EZ${number}"}` },
  });

const unrecognized = (number: number, minutes: number) =>
  eventItem({
    id: `EVENT#${number}`,
    receivedAt: minutesAgo(minutes),
    account: accountSid,
    attributes: {
      kind: 'unrecognized',
      reason: 'message_sid_missing',
      route: 'messages',
      params: '{"Body":"x"}',
    },
  });

/** Stored after another event with the same source and id, and other content. */
const otherContent = eventItem({
  id: 'CLOUDEVENT#1#other',
  receivedAt: minutesAgo(2),
  account: accountSid,
  attributes: { kind: 'event', payload: '{"id":"EZ1","other":true}' },
});
const ofOtherAccount = eventItem({
  id: 'CLOUDEVENT#1',
  receivedAt: minutesAgo(3),
  account: otherAccountSid,
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
  const query = { accountSids: [accountSid], ...lastDays(now, 30) };
  const kinds = ['usage', 'event', 'unrecognized'] as const;
  const list = (filter: WebhookFilter, limit: number, calls?: DynamoDbCalls) =>
    take(newestWebhooks(table(calls), { ...query, ...filter }), limit);

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
    const found = await list({ kinds }, 4);
    expect(found.map(({ id }) => id)).toEqual([
      'CLOUDEVENT#1',
      'CLOUDEVENT#1#other',
      'CLOUDEVENT#77',
      'CLOUDEVENT#100',
    ]);
    expect(found[0]).toMatchObject({
      id: 'CLOUDEVENT#1',
      kind: 'event',
      type: 'com.example.sent',
      accountSid,
      subject: null,
      receivedAt: minutesAgo(1),
      recognized: true,
      reason: null,
      position: `${minutesAgo(1)}#CLOUDEVENT#1`,
    });
  });

  it('reads on until it has as many unrecognized ones as asked for, past all the others', async () => {
    const found = await list({ kinds: ['unrecognized'] }, 2);
    expect(found).toMatchObject([
      { id: 'EVENT#1', recognized: false, reason: 'message_sid_missing' },
      { id: 'EVENT#2', recognized: false },
    ]);
    const newest = await list({ kinds: ['unrecognized'] }, 1);
    expect(newest).toMatchObject([{ id: 'EVENT#1' }]);
  });

  it('leaves events out of the list of messages, and still fills its limit', async () => {
    const reader = createDynamoDbMessageReader(table());
    const messages = await reader.list({ ...query, limit: 150 });
    expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: 150 }, (_, at) => `number ${at}`));
  });

  it('reads the next page where a page of the index has no match', async () => {
    const found = await list({ kinds: ['unrecognized'] }, 2, {
      batchGetItem: (input, options) => client.batchGetItem(input, options),
      query: (input, options) => client.query({ ...input, Limit: 3 }, options),
    });
    expect(found.map(({ id }) => id)).toEqual(['EVENT#1', 'EVENT#2']);
  });

  it('finds the event of an id in every account, and one with other content by its own id', async () => {
    const accountSids = [accountSid, otherAccountSid];
    expect(await events().find('CLOUDEVENT#1', accountSids)).toMatchObject([
      { accountSid, payload: '{"id":"EZ1"}' },
      { accountSid: otherAccountSid, payload: '{}' },
    ]);
    expect(await events().find('CLOUDEVENT#1#other', accountSids)).toMatchObject([
      { accountSid, payload: '{"id":"EZ1","other":true}' },
    ]);
  });

  it('finds an event whose row in the index does not name it, and nothing for an unknown id', async () => {
    expect(await events().find('CLOUDEVENT#77', [accountSid])).toMatchObject([{ id: 'CLOUDEVENT#77' }]);
    for (const id of ['CLOUDEVENT#7', 'CLOUDEVENT', '77', ''])
      expect(await events().find(id, [accountSid])).toEqual([]);
  });

  it('reads all of an unrecognized event', async () => {
    expect(await events().find('EVENT#2', [accountSid])).toMatchObject([
      {
        route: 'messages',
        reason: 'message_sid_missing',
        params: { Body: 'x' },
        payload: null,
        payloadBase64: null,
        via: null,
      },
    ]);
  });
});
