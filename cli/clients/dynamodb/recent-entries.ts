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

/** The entries of one partition of an index, newest first. Reads the next page only when it is needed. */
export type ReadPartition = (partition: string) => AsyncIterator<IndexEntry, undefined>;

/** Which entries of the index by account and day are wanted. */
export interface EntryRange {
  readonly accountSids: readonly string[];
  readonly since: Date;
  /** Not included. */
  readonly until: Date;
  /** The time of an entry: only older ones are wanted. */
  readonly before?: string;
}

/** The sort keys of a range: from the first, included, to the second, not included. */
export interface SortKeyBounds {
  readonly from: string;
  readonly to: string;
}

export const boundsOf = ({ since, until, before }: Omit<EntryRange, 'accountSids'>): SortKeyBounds => {
  const to = until.toISOString();
  return { from: since.toISOString(), to: before !== undefined && before < to ? before : to };
};

export const isWithin = ({ time }: Pick<IndexEntry, 'time'>, { from, to }: SortKeyBounds): boolean =>
  time >= from && time < to;

const dayMilliseconds = 86_400_000;

const startOfDay = (date: Date): number => Math.floor(date.getTime() / dayMilliseconds) * dayMilliseconds;

/** The last days (UTC), today included, and tomorrow, because the clock of this machine may be slow. */
export const lastDays = (now: Date, days: number): { readonly since: Date; readonly until: Date } => ({
  since: new Date(startOfDay(now) - (days - 1) * dayMilliseconds),
  until: new Date(startOfDay(now) + 2 * dayMilliseconds),
});

/** The days (UTC, YYYY-MM-DD) of a range, newest first. */
export const daysOf = (bounds: SortKeyBounds): readonly string[] => {
  if (bounds.from >= bounds.to) return [];
  const days: string[] = [];
  const first = bounds.from.slice(0, 'YYYY-MM-DD'.length);
  const last = Date.parse(bounds.to.slice(0, 'YYYY-MM-DD'.length));
  for (let day = last; ; day -= dayMilliseconds) {
    const text = new Date(day).toISOString().slice(0, 'YYYY-MM-DD'.length);
    if (text < first) return days;
    // A range that ends at midnight has nothing of the next day.
    if (`${text}T00:00:00.000Z` < bounds.to) days.push(text);
  }
};

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

/** The partitions of the index by account and day that contain the entries of the given days. */
export const partitionsOf = (accountSids: readonly string[], days: readonly string[]): readonly string[] =>
  accountSids.flatMap((accountSid) =>
    days.flatMap((day) =>
      Array.from({ length: accountDayShards }, (_, shard) => accountDayPartition(accountSid, day, shard)),
    ),
  );

/** Each period has four open partitions for each account and day, and so many pages in memory. */
const maxDaysInPeriod = 8;

/** Periods to read one after another: the last two days, then twice as long each time, so that few cover a month. */
const periodsOf = (days: readonly string[]): readonly (readonly string[])[] => {
  const periods: (readonly string[])[] = [];
  for (let start = 0, size = 1; start < days.length; start += size) {
    size = Math.min(Math.max(1, start), maxDaysInPeriod);
    periods.push(days.slice(start, start + size));
  }
  return periods;
};

/** The entries of several partitions, newest first: any of them may contain the newest. */
export async function* mergedEntries(
  read: ReadPartition,
  partitions: readonly string[],
): AsyncGenerator<IndexEntry, undefined> {
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
  return undefined;
}

/** The entries of some accounts, newest first, period by period. Reads no further than the caller iterates. */
export async function* recentEntries(read: ReadPartition, range: EntryRange): AsyncGenerator<IndexEntry, undefined> {
  for (const days of periodsOf(daysOf(boundsOf(range)))) {
    yield* mergedEntries(read, partitionsOf(range.accountSids, days));
  }
  return undefined;
}
