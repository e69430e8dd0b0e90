import type { DynamoDB, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { createDynamoDbMessageReader } from '../../../../../cli/clients/dynamodb/message-reader';
import { lastDays } from '../../../../../cli/clients/dynamodb/recent-entries';
import { createDynamoDbTableReader, type DynamoDbCalls } from '../../../../../cli/clients/dynamodb/table-reader';
import { statusEventKey } from '../../../../../lambda/shared/contract/table';
import { accountSid, otherAccountSid } from '../../fake-environment';
import { messageItem, startMessageTable, tableName } from '../../message-table';

const now = new Date('2026-03-04T12:00:00.000Z');
const month = lastDays(now, 30);
const today = lastDays(now, 1);
const { signal } = new AbortController();
const sidOf = (number: number): string => `SM${number.toString(16).padStart(32, '0')}`;
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
const reader = (client: DynamoDbCalls, sleep: (milliseconds: number) => Promise<void> = () => Promise.resolve()) =>
  createDynamoDbMessageReader(createDynamoDbTableReader(client, { tableName, signal, sleep }));

describe('the message reader on a table', () => {
  let client: DynamoDB;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    // 230 messages, one every 15 minutes, cross midnight twice and need three batches.
    const items = Array.from({ length: 230 }, (_, number) =>
      messageItem(sidOf(number), minutesAgo(number * 15), accountSid, `number ${number}`),
    );
    items.push(messageItem(sidOf(1000), minutesAgo(1), otherAccountSid, 'of the other account'));
    const { pk, sk } = statusEventKey(accountSid, sidOf(3), 'sent#-');
    items.push({ pk: { S: pk }, sk: { S: sk }, status: { S: 'sent' }, receivedAt: { S: minutesAgo(1) } });
    ({ client, stop } = await startMessageTable(items));
  });

  afterAll(() => stop());

  it('lists the newest first across days and shards, with all of their fields', async () => {
    const messages = await reader(client).list({ accountSids: [accountSid], limit: 120, ...month });
    expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: 120 }, (_, number) => `number ${number}`));
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
      ...month,
    });
    expect(messages).toHaveLength(231);
    expect(messages[1]?.body).toBe('of the other account');
  });

  it('finds the same in a local table, by a scan of its index, page by page', async () => {
    let scans = 0;
    const local = {
      scan: (input: ScanCommandInput) => {
        scans += 1;
        return client.scan({ ...input, Limit: 100 });
      },
    };
    const sleep = () => Promise.resolve();
    const scanning = createDynamoDbMessageReader(
      createDynamoDbTableReader(client, { tableName, signal, sleep, local }),
    );
    for (const query of [
      { accountSids: [accountSid], limit: 120, ...month },
      { accountSids: [accountSid, otherAccountSid], limit: 1000, ...month },
      { accountSids: [accountSid], limit: 1000, ...today },
      { accountSids: [otherAccountSid], limit: 5, ...month },
    ]) {
      expect(await scanning.list(query)).toEqual(await reader(client).list(query));
    }
    // The newest 120 are of the days that queries read.
    expect(scans).toBe(2 * 3);
  });

  it('reads the next page where a query returns fewer than requested', async () => {
    const pages: number[] = [];
    const onePerPage: DynamoDbCalls = {
      batchGetItem: (input, options) => client.batchGetItem(input, options),
      query: async (input, options) => {
        const page = await client.query({ ...input, Limit: 1 }, options);
        pages.push(page.Items?.length ?? 0);
        return page;
      },
    };
    const messages = await reader(onePerPage).list({ accountSids: [accountSid], limit: 30, ...month });
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
        return left.length === 0 ? page : { ...page, UnprocessedKeys: { [tableName]: { ...request, Keys: left } } };
      },
    };
    const messages = await reader(half, (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    }).list({ accountSids: [accountSid], limit: 20, ...month });
    expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, number) => `number ${number}`));
    expect(pauses).toEqual([100, 200, 400, 800]);
  });

  it('rejects with what to do when DynamoDB never serves them', async () => {
    const starved: DynamoDbCalls = {
      query: (input, options) => client.query(input, options),
      batchGetItem: (input) =>
        Promise.resolve(input.RequestItems === undefined ? {} : { UnprocessedKeys: input.RequestItems }),
    };
    await expect(reader(starved).list({ accountSids: [accountSid], limit: 5, ...month })).rejects.toThrow(/throttles/);
  });

  it('finds a message with its history, and nothing for an unknown SID', async () => {
    expect(await reader(client).find(sidOf(3), [accountSid])).toMatchObject([
      { sid: sidOf(3), body: 'number 3', params: {}, history: [{ status: 'sent' }] },
    ]);
    expect(await reader(client).find(sidOf(9999), [accountSid, otherAccountSid])).toEqual([]);
  });
});
