import { accountDayPartition, accountDayShards } from '../lambda/shared/table';

/** Where a message stands in the index by account and day. */
export interface IndexEntry {
  readonly pk: string;
  readonly sk: string;
  /** Time, then SID: sorts by age and is unique. */
  readonly time: string;
}

/** One partition of the index, newest first, at most `limit` entries. */
export type ReadPartition = (partition: string, limit: number) => Promise<readonly IndexEntry[]>;

const dayMilliseconds = 86_400_000;

/** Days (UTC, YYYY-MM-DD), newest first. It begins tomorrow: the clock of this machine may be behind. */
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
    for (const [at, item] of queue) results[at] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
};

const concurrentQueries = 16;

/**
 * Finds the newest messages of some accounts: day by day backwards, all shards of a day at once, until there are enough.
 * A day is complete before the next is asked, because any shard may hold the newest.
 */
export const recentEntries = async (
  read: ReadPartition,
  query: {
    readonly accountSids: readonly string[];
    readonly limit: number;
    readonly days: number;
    readonly now: Date;
  },
): Promise<readonly IndexEntry[]> => {
  const found: IndexEntry[] = [];
  for (const day of daysBack(query.now, query.days)) {
    const wanted = query.limit - found.length;
    const partitions = query.accountSids.flatMap((accountSid) =>
      Array.from({ length: accountDayShards }, (_, shard) => accountDayPartition(accountSid, day, shard)),
    );
    const shards = await mapBounded(partitions, concurrentQueries, (partition) => read(partition, wanted));
    const newestFirst = shards.flat().sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
    for (const entry of newestFirst.slice(0, wanted)) found.push(entry);
    if (found.length >= query.limit) break;
  }
  return found;
};
