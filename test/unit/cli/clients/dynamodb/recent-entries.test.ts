import * as fc from 'fast-check';
import {
  boundsOf,
  daysOf,
  lastDays,
  mapBounded,
  recentEntries,
  type IndexEntry,
} from '../../../../../cli/clients/dynamodb/recent-entries';
import { accountDayPartition, accountDayShard, timeSortKey } from '../../../../../lambda/shared/contract/table';
import { accountSid, otherAccountSid } from '../../fake-environment';

const now = new Date('2026-03-04T05:06:07.008Z');
const dayMilliseconds = 86_400_000;

interface Stored {
  readonly accountSid: string;
  readonly ageMilliseconds: number;
}

/** An index as the consumer would have filled it. */
const fill = (messages: readonly Stored[]) => {
  const partitions = new Map<string, IndexEntry[]>();
  const all = messages.map((message, at) => {
    const sid = `SM${at.toString(16).padStart(32, '0')}`;
    const receivedAt = new Date(now.getTime() - message.ageMilliseconds).toISOString();
    const partition = accountDayPartition(message.accountSid, receivedAt.slice(0, 10), accountDayShard(sid));
    const entry = { pk: `MESSAGE#${sid}`, sk: 'MESSAGE', time: timeSortKey(receivedAt, sid) };
    partitions.set(partition, [...(partitions.get(partition) ?? []), entry]);
    return { ...entry, accountSid: message.accountSid };
  });
  const asked: string[] = [];
  let rowsRead = 0;
  async function* read(partition: string): AsyncGenerator<IndexEntry, undefined> {
    asked.push(partition);
    for (const entry of (partitions.get(partition) ?? []).toSorted((a, b) => (a.time < b.time ? 1 : -1))) {
      rowsRead += 1;
      yield await Promise.resolve(entry);
    }
    return undefined;
  }
  return { all, asked, read, rowsRead: () => rowsRead };
};

const take = async (entries: AsyncIterable<IndexEntry>, limit: number): Promise<readonly IndexEntry[]> => {
  const found: IndexEntry[] = [];
  for await (const entry of entries) {
    found.push(entry);
    if (found.length >= limit) break;
  }
  return found;
};

describe('the newest entries of several days and shards', () => {
  it('are exactly those of the accounts, newest first', async () => {
    const stored = fc.record({
      accountSid: fc.constantFrom(accountSid, otherAccountSid),
      ageMilliseconds: fc.integer({ min: 0, max: 5 * dayMilliseconds }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(stored, { maxLength: 40 }),
        fc.integer({ min: 1, max: 45 }),
        async (messages, limit) => {
          const { all, read } = fill(messages);
          const found = await take(recentEntries(read, { accountSids: [accountSid], ...lastDays(now, 7) }), limit);
          const expected = all
            .filter((entry) => entry.accountSid === accountSid)
            .map(({ time }) => time)
            .sort()
            .reverse()
            .slice(0, limit);
          expect(found.map(({ time }) => time)).toEqual(expected);
        },
      ),
    );
  });

  it('include all rows of the same time, in every account and shard', async () => {
    const stored = Array.from({ length: 20 }, (_, at) => ({
      accountSid: at % 2 === 0 ? accountSid : otherAccountSid,
      ageMilliseconds: 0,
    }));
    const { all, read } = fill(stored);
    const query = { accountSids: [accountSid, otherAccountSid], ...lastDays(now, 1) };
    const found = await take(recentEntries(read, query), 100);
    expect(found.map(({ pk }) => pk).sort()).toEqual(all.map(({ pk }) => pk).sort());
  });

  it('are read up to the day that has enough, and one row ahead in each shard', async () => {
    const { asked, read, rowsRead } = fill([
      ...Array.from({ length: 40 }, (_, at) => ({ accountSid, ageMilliseconds: at })),
      { accountSid, ageMilliseconds: 3 * dayMilliseconds },
    ]);
    await take(recentEntries(read, { accountSids: [accountSid], ...lastDays(now, 30) }), 2);
    expect(new Set(asked.map((partition) => partition.split('#')[1]))).toEqual(new Set(['2026-03-05', '2026-03-04']));
    expect(rowsRead()).toBeLessThanOrEqual(2 + 4);
  });

  it('begin tomorrow, because the clock may be slow, and end after the requested days', () => {
    expect(daysOf(boundsOf(lastDays(now, 2)))).toEqual(['2026-03-05', '2026-03-04', '2026-03-03']);
  });

  it('are of the days that a range touches, and of none if it is empty', () => {
    const days = (since: string, until: string, before?: string) =>
      daysOf(boundsOf({ since: new Date(since), until: new Date(until), ...(before === undefined ? {} : { before }) }));
    expect(days('2026-03-03T23:59:59.999Z', '2026-03-04T00:00:00.001Z')).toEqual(['2026-03-04', '2026-03-03']);
    expect(days('2026-03-03T12:00:00.000Z', '2026-03-04T00:00:00.000Z')).toEqual(['2026-03-03']);
    expect(days('2026-03-01', '2026-03-09', '2026-03-02T01:00:00.000Z#SM1')).toEqual(['2026-03-02', '2026-03-01']);
    expect(days('2026-03-03', '2026-03-03')).toEqual([]);
    expect(days('2026-03-03', '2026-03-09', '2026-03-02T01:00:00.000Z#SM1')).toEqual([]);
  });

  it('are read by no more tasks at a time than allowed, in their order', async () => {
    let running = 0;
    let most = 0;
    const results = await mapBounded([5, 1, 4, 2, 3], 2, async (turns) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      running -= 1;
      return turns;
    });
    expect(results).toEqual([5, 1, 4, 2, 3]);
    expect(most).toBe(2);
  });
});
