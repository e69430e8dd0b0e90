import type { DynamoDbCalls } from '../../../../../cli/clients/dynamodb/table-reader';
import { createDynamoDbWebhookReader } from '../../../../../cli/clients/webhooks/dynamodb-webhook-reader';
import { followWebhooks } from '../../../../../cli/clients/webhooks/follow';
import type { FollowFilter, PlacedWebhook } from '../../../../../cli/clients/webhooks/webhook-reader';
import { startEventTable, type EventTable } from '../../../../helpers/event-table';
import { accountSid, callback, incoming, otherAccountSid, otherEvent } from '../../../consumer/webhooks';
import { eventRow, messageRow, statusRow, storeRows, tableReader } from './fixture';

const sid = (number: number): string => `SM${number.toString(16).padStart(32, '0')}`;
const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const message = (number: number, receivedAt: string) => messageRow(incoming({ messageSid: sid(number), receivedAt }));

describe('what follows the webhooks of a table', () => {
  let table: EventTable;
  let stop: AbortController;

  beforeAll(async () => {
    table = await startEventTable();
  });
  afterAll(() => table.close());
  beforeEach(() => {
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await table.clear();
  });

  /** Follows until it is stopped; `polled` resolves when the table has been asked once more from the beginning. */
  const follow = (filter: Partial<FollowFilter> = {}, calls: DynamoDbCalls = table.client) => {
    const found: PlacedWebhook[] = [];
    const problems: (string | undefined)[] = [];
    const indexes: (string | undefined)[] = [];
    let polls = 0;
    const counted: DynamoDbCalls = {
      batchGetItem: (input, options) => calls.batchGetItem(input, options),
      query: (input, options) => {
        indexes.push(input.IndexName);
        return calls.query(input, options);
      },
    };
    const reader = createDynamoDbWebhookReader(() => {
      polls += 1;
      return Promise.resolve(tableReader(counted));
    });
    const ended = (async () => {
      const rows = reader.follow(
        { accountSids: [accountSid], ...filter },
        { pollMs: 5, signal: stop.signal, onProblem: (error) => problems.push(error?.message) },
      );
      for await (const chunk of rows) found.push(...chunk);
    })();
    const until = async (isSo: () => boolean): Promise<void> => {
      const deadline = Date.now() + 5_000;
      while (!isSo()) {
        if (Date.now() > deadline) throw new Error('nothing came');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const polled = async (): Promise<void> => {
      const before = indexes.length;
      await until(() => indexes.length >= before + 16);
    };
    return { found, problems, indexes, ended, until, polled, opened: () => polls };
  };

  it('returns what arrives, of every kind, oldest first and once, and not what was there', async () => {
    await storeRows(table.client, [message(1, secondsAgo(600)), message(2, secondsAgo(1))]);
    const { found, until, polled } = follow();
    await polled();
    const status = callback(sid(2), 'delivered', { receivedAt: secondsAgo(0) });
    const event = eventRow(otherEvent({ eventId: 'EVENT#a', receivedAt: secondsAgo(2) }));
    await storeRows(table.client, [statusRow(status), event]);
    await until(() => found.length === 2);
    await storeRows(table.client, [message(3, secondsAgo(0))]);
    await until(() => found.length === 3);
    await polled();
    expect(found.map(({ id }) => id)).toEqual(['EVENT#a', `${sid(2)}#delivered#-`, sid(3)]);
  });

  it('returns what is stored later than something that was received after it', async () => {
    const { found, until, polled } = follow();
    await polled();
    await storeRows(table.client, [message(1, secondsAgo(0))]);
    await until(() => found.length === 1);
    await storeRows(table.client, [message(2, secondsAgo(10))]);
    await until(() => found.length === 2);
    expect(found.map(({ id }) => id)).toEqual([sid(1), sid(2)]);
  });

  it('returns what fits the filter, of the accounts', async () => {
    const { found, until, polled } = follow({ kinds: ['message'], search: 'wanted' });
    await polled();
    const wanted = (number: number, account: string) =>
      messageRow(incoming({ messageSid: sid(number), accountSid: account, body: 'Wanted', receivedAt: secondsAgo(0) }));
    await storeRows(table.client, [
      message(1, secondsAgo(0)),
      wanted(2, otherAccountSid),
      wanted(3, accountSid),
      eventRow(otherEvent({ eventId: 'EVENT#wanted', receivedAt: secondsAgo(0) })),
    ]);
    await until(() => found.length === 1);
    await polled();
    expect(found).toMatchObject([{ id: sid(3) }]);
  });

  it('reports an error once per poll, opens the table again, and misses nothing in between', async () => {
    let isDown = false;
    const { found, problems, until, polled, opened } = follow(
      {},
      {
        batchGetItem: (input, options) => table.client.batchGetItem(input, options),
        query: (input, options) => (isDown ? Promise.reject(new Error('refused')) : table.client.query(input, options)),
      },
    );
    await polled();
    isDown = true;
    await until(() => problems.length > 1);
    await storeRows(table.client, [message(1, secondsAgo(0))]);
    isDown = false;
    await until(() => found.length === 1);
    expect(problems[0]).toBe('refused');
    expect(problems.at(-1)).toBeUndefined();
    expect(opened()).toBe(problems.length);
  });

  it('does not repeat what it has returned when an error follows in the same poll', async () => {
    let batches = 0;
    const { found, problems, until, polled } = follow(
      {},
      {
        query: (input, options) => table.client.query(input, options),
        batchGetItem: (input, options) => {
          batches += 1;
          return batches === 5 ? Promise.reject(new Error('throttled')) : table.client.batchGetItem(input, options);
        },
      },
    );
    await polled();
    const all = Array.from({ length: 450 }, (_, number) => message(number, secondsAgo(0)));
    await storeRows(table.client, all);
    await until(() => found.length >= 450);
    await polled();
    expect(new Set(found.map(({ id }) => id)).size).toBe(450);
    expect(found).toHaveLength(450);
    expect(problems.length).toBeGreaterThan(0);
  });

  it('asks the four partitions of a day, and those of two days around midnight', async () => {
    const asked: (string | undefined)[] = [];
    const source = tableReader({
      batchGetItem: () => Promise.resolve({}),
      query: (input) => {
        asked.push(input.ExpressionAttributeValues?.[':p']?.S);
        if (asked.length >= 4) stop.abort();
        return Promise.resolve({ Items: [] });
      },
    });
    const days = async (now: string) => {
      stop = new AbortController();
      asked.length = 0;
      const rows = followWebhooks(
        { get: () => Promise.resolve(source), drop: () => undefined },
        { accountSids: [accountSid] },
        { pollMs: 5, signal: stop.signal },
        () => Date.parse(now),
      );
      for await (const chunk of rows) expect(chunk).toEqual([]);
      return asked.map((partition) => partition?.slice(accountSid.length + 1)).sort();
    };
    expect(await days('2026-03-04T12:00:00.000Z')).toEqual([0, 1, 2, 3].map((shard) => `2026-03-04#${shard}`));
    const aroundMidnight = ['2026-03-03', '2026-03-04'].flatMap((day) => [0, 1, 2, 3].map((at) => `${day}#${at}`));
    expect(await days('2026-03-03T23:50:00.000Z')).toEqual(aroundMidnight);
    expect(await days('2026-03-04T00:10:00.000Z')).toEqual(aroundMidnight);
  });

  it('ends when it is stopped, also in a pause', async () => {
    const { ended, polled } = follow();
    await polled();
    stop.abort();
    await expect(ended).resolves.toBeUndefined();
  });
});
