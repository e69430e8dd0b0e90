import { DynamoDB, type AttributeValue } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { AddressInfo } from 'node:net';
import { createDynamoDbMessageReader, type DynamoDbCalls } from '../../../cli/dynamodb-message-reader';
import {
  accountDayIndex,
  accountDayPartition,
  accountDayShard,
  messageKey,
  statusEventKey,
  tableKeys,
  timeSortKey,
} from '../../../lambda/shared/table';
import { accountSid, otherAccountSid } from './fake-world';

const tableName = 'Messages';
const now = new Date('2026-03-04T12:00:00.000Z');
const { signal } = new AbortController();
const sidOf = (number: number): string => `SM${number.toString(16).padStart(32, '0')}`;
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
const reader = (
  client: DynamoDbCalls,
  sleep: (milliseconds: number) => Promise<void> = () => Promise.resolve(),
) => createDynamoDbMessageReader(client, { tableName, signal, sleep });

const item = (
  number: number,
  receivedAt: string,
  account: string,
  body: string,
): Record<string, AttributeValue> => {
  const sid = sidOf(number);
  const { pk, sk } = messageKey(sid);
  return {
    pk: { S: pk },
    sk: { S: sk },
    accountSid: { S: account },
    body: { S: body },
    status: { S: 'received' },
    receivedAt: { S: receivedAt },
    params: { S: '{}' },
    [accountDayIndex.partition]: {
      S: accountDayPartition(account, receivedAt.slice(0, 10), accountDayShard(sid)),
    },
    [accountDayIndex.sort]: { S: timeSortKey(receivedAt, sid) },
  };
};

describe('the message reader on a table', () => {
  const server = dynalite({ createTableMs: 0 });
  let client: DynamoDB;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new DynamoDB({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const key = (name: string, type: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType: type });
    const names = [tableKeys.partition, tableKeys.sort, accountDayIndex.partition, accountDayIndex.sort];
    await client.createTable({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [key(tableKeys.partition, 'HASH'), key(tableKeys.sort, 'RANGE')],
      GlobalSecondaryIndexes: [
        {
          IndexName: accountDayIndex.name,
          KeySchema: [key(accountDayIndex.partition, 'HASH'), key(accountDayIndex.sort, 'RANGE')],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    // 230 messages, one every 15 minutes, cross midnight twice and need three batches; long keys make pages small enough.
    const items = Array.from({ length: 230 }, (_, number) =>
      item(number, minutesAgo(number * 15), accountSid, `number ${number}`),
    );
    items.push(item(1000, minutesAgo(1), otherAccountSid, 'of the other account'));
    const status = statusEventKey(sidOf(3), 'sent#-');
    items.push({
      pk: { S: status.pk },
      sk: { S: status.sk },
      status: { S: 'sent' },
      receivedAt: { S: minutesAgo(1) },
    });
    for (let at = 0; at < items.length; at += 25) {
      await client.batchWriteItem({
        RequestItems: { [tableName]: items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })) },
      });
    }
  });

  afterAll(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('lists the newest first across days and shards, with all of their fields', async () => {
    const messages = await reader(client).list({ accountSids: [accountSid], limit: 120, days: 30, now });
    expect(messages.map(({ body }) => body)).toEqual(
      Array.from({ length: 120 }, (_, number) => `number ${number}`),
    );
    expect(messages[0]).toMatchObject({
      sid: sidOf(0),
      accountSid,
      status: 'received',
      receivedAt: minutesAgo(0),
    });
  });

  it('lists all when the limit is beyond them, several accounts merged', async () => {
    const messages = await reader(client).list({
      accountSids: [accountSid, otherAccountSid],
      limit: 1000,
      days: 30,
      now,
    });
    expect(messages).toHaveLength(231);
    expect(messages[1]?.body).toBe('of the other account');
  });

  it('pages on where a query returns less than was asked for', async () => {
    const pages: number[] = [];
    const onePerPage: DynamoDbCalls = {
      batchGetItem: (input, options) => client.batchGetItem(input, options),
      query: async (input, options) => {
        const page = await client.query({ ...input, Limit: 1 }, options);
        pages.push(page.Items?.length ?? 0);
        return page;
      },
    };
    const messages = await reader(onePerPage).list({ accountSids: [accountSid], limit: 30, days: 30, now });
    expect(messages).toHaveLength(30);
    expect(pages.length).toBeGreaterThanOrEqual(30);
  });

  it('asks again for keys that DynamoDB left unprocessed, with a pause', async () => {
    const pauses: number[] = [];
    const half: DynamoDbCalls = {
      query: (input, options) => client.query(input, options),
      batchGetItem: async (input, options) => {
        const request = input.RequestItems?.[tableName];
        const keys = request?.Keys ?? [];
        const served = keys.slice(0, Math.ceil(keys.length / 2));
        const left = keys.slice(served.length);
        const page = await client.batchGetItem(
          { RequestItems: { [tableName]: { ...request, Keys: served } } },
          options,
        );
        return left.length === 0
          ? page
          : { ...page, UnprocessedKeys: { [tableName]: { ...request, Keys: left } } };
      },
    };
    const messages = await reader(half, (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    }).list({ accountSids: [accountSid], limit: 20, days: 30, now });
    expect(messages.map(({ body }) => body)).toEqual(
      Array.from({ length: 20 }, (_, number) => `number ${number}`),
    );
    expect(pauses).toEqual([100, 200, 400, 800]);
  });

  it('rejects with what to do when DynamoDB never serves them', async () => {
    const starved: DynamoDbCalls = {
      query: (input, options) => client.query(input, options),
      batchGetItem: (input) =>
        Promise.resolve(input.RequestItems === undefined ? {} : { UnprocessedKeys: input.RequestItems }),
    };
    await expect(
      reader(starved).list({ accountSids: [accountSid], limit: 5, days: 30, now }),
    ).rejects.toThrow(/throttles/);
  });

  it('finds a message with its history, and nothing for an unknown SID', async () => {
    expect(await reader(client).find(sidOf(3))).toMatchObject({
      body: 'number 3',
      params: {},
      history: [{ status: 'sent' }],
    });
    expect(await reader(client).find(sidOf(9999))).toBeUndefined();
  });
});
