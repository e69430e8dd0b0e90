import { accountDayPartition, accountDayShards } from '../../../lambda/shared/contract/table';

/** One row of the index by account and day. */
export interface IndexEntry {
  readonly pk: string;
  readonly sk: string;
  /** Time, then an id: sorts by age. */
  readonly time: string;
}

/** The rows of one partition of the index, newest first. Reads the next page only when it is needed. */
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
    for (const [at, item] of queue) results[at] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
};

const concurrentQueries = 16;

/** A partition with its newest row that has not been returned yet. */
interface Source {
  readonly rows: AsyncIterator<IndexEntry, undefined>;
  readonly newest: IndexEntry;
}

const advance = async (rows: Source['rows']): Promise<Source | undefined> => {
  const next = await rows.next();
  return next.done === true ? undefined : { rows, newest: next.value };
};

const newestOf = (sources: readonly Source[]): number =>
  sources.reduce((best, { newest }, at) => (newest.time > (sources[best]?.newest.time ?? '') ? at : best), 0);

/** The partitions of the index that have the entries of some days. */
const partitionsOf = (accountSids: readonly string[], days: readonly string[]): readonly string[] =>
  accountSids.flatMap((accountSid) =>
    days.flatMap((day) =>
      Array.from({ length: accountDayShards }, (_, shard) => accountDayPartition(accountSid, day, shard)),
    ),
  );

/** The partitions of a query. */
export const queriedPartitions = ({ accountSids, now, days }: EntryQuery): ReadonlySet<string> =>
  new Set(partitionsOf(accountSids, daysBack(now, days)));

/** Days that are read at once: tomorrow, today, then twice as many each time, so that quiet weeks take few turns. */
const periods = (days: readonly string[]): readonly (readonly string[])[] => {
  const found: (readonly string[])[] = [];
  for (let at = 0, size = 1; at < days.length; at += size) {
    size = Math.max(1, at);
    found.push(days.slice(at, at + size));
  }
  return found;
};

/**
 * The rows of some accounts, newest first. Goes back period by period and merges the shards of its days, since any of
 * them may contain the newest row. Reads a page only when the caller iterates that far.
 */
export async function* recentEntries(read: ReadPartition, query: EntryQuery): AsyncGenerator<IndexEntry, undefined> {
  for (const days of periods(daysBack(query.now, query.days))) {
    const partitions = partitionsOf(query.accountSids, days);
    const first = await mapBounded(partitions, concurrentQueries, (partition) => advance(read(partition)));
    const sources = first.filter((source) => source !== undefined);
    while (sources.length > 0) {
      const at = newestOf(sources);
      const source = sources[at];
      if (source === undefined) break;
      yield source.newest;
      const advanced = await advance(source.rows);
      if (advanced === undefined) sources.splice(at, 1);
      else sources[at] = advanced;
    }
  }
  return undefined;
}
