import {
  accountDayIndex,
  accountDayPartition,
  accountDayShards,
  tableKeys,
} from '../../../lambda/shared/contract/table';
import { textOf, type StoredItem } from './stored-item';

/** One entry of the index by account and day. */
export interface IndexEntry {
  readonly pk: string;
  readonly sk: string;
  /** The time and an id, so that entries can be sorted by age. */
  readonly time: string;
}

/** @param row of the index, which projects the keys */
export const entryOf = (row: StoredItem): IndexEntry => ({
  pk: textOf(row, tableKeys.partition) ?? '',
  sk: textOf(row, tableKeys.sort) ?? '',
  time: textOf(row, accountDayIndex.sort) ?? '',
});

/** The entries of one partition of the index, newest first. Reads the next page only when it is needed. */
type ReadPartition = (partition: string) => AsyncIterator<IndexEntry, undefined>;

export interface EntryQuery {
  readonly accountSids: readonly string[];
  /** How many days (UTC) to look back, today included. */
  readonly days: number;
  readonly now: Date;
}

const dayMilliseconds = 86_400_000;

/** Days (UTC, YYYY-MM-DD), newest first. Starts with tomorrow, because the clock of this machine may be slow. */
export const daysBack = (now: Date, days: number): readonly string[] =>
  Array.from({ length: days + 1 }, (_, back) =>
    new Date(now.getTime() + (1 - back) * dayMilliseconds).toISOString().slice(0, 10),
  );

/** Runs `task` on every item, at most `limit` at a time; results in the order of the items. */
export const mapBounded = async <T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
};

const concurrentQueries = 16;

/** A partition with its newest entry that has not been returned yet. */
interface PartitionCursor {
  readonly entries: AsyncIterator<IndexEntry, undefined>;
  readonly newest: IndexEntry;
}

const advance = async (entries: PartitionCursor['entries']): Promise<PartitionCursor | undefined> => {
  const next = await entries.next();
  return next.done === true ? undefined : { entries, newest: next.value };
};

const indexOfNewest = (cursors: readonly PartitionCursor[]): number =>
  cursors.reduce((best, { newest }, index) => (newest.time > (cursors[best]?.newest.time ?? '') ? index : best), 0);

/** The partitions of the index that contain the entries of the given days. */
const partitionsOf = (accountSids: readonly string[], days: readonly string[]): readonly string[] =>
  accountSids.flatMap((accountSid) =>
    days.flatMap((day) =>
      Array.from({ length: accountDayShards }, (_, shard) => accountDayPartition(accountSid, day, shard)),
    ),
  );

/** The partitions that a query reads. */
export const queriedPartitions = ({ accountSids, now, days }: EntryQuery): ReadonlySet<string> =>
  new Set(partitionsOf(accountSids, daysBack(now, days)));

/** Periods to read one after another: tomorrow, today, then twice as long each time, so that few cover a month. */
const periodsOf = (days: readonly string[]): readonly (readonly string[])[] => {
  const periods: (readonly string[])[] = [];
  for (let start = 0, size = 1; start < days.length; start += size) {
    size = Math.max(1, start);
    periods.push(days.slice(start, start + size));
  }
  return periods;
};

/**
 * The entries of some accounts, newest first. Goes back period by period, and merges all shards of a period, because
 * any shard may contain the newest entry. Reads a page only when the caller iterates that far.
 */
export async function* recentEntries(read: ReadPartition, query: EntryQuery): AsyncGenerator<IndexEntry, undefined> {
  for (const days of periodsOf(daysBack(query.now, query.days))) {
    const partitions = partitionsOf(query.accountSids, days);
    const first = await mapBounded(partitions, concurrentQueries, (partition) => advance(read(partition)));
    const cursors = first.filter((cursor) => cursor !== undefined);
    while (cursors.length > 0) {
      const index = indexOfNewest(cursors);
      const cursor = cursors[index];
      if (cursor === undefined) break;
      yield cursor.newest;
      const advanced = await advance(cursor.entries);
      if (advanced === undefined) cursors.splice(index, 1);
      else cursors[index] = advanced;
    }
  }
  return undefined;
}
