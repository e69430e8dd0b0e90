import { setTimeout as sleep } from 'node:timers/promises';
import { mapBounded, partitionsOf, type IndexEntry } from '../dynamodb/recent-entries';
import type { TableReader } from '../dynamodb/table-reader';
import { canFit, fits } from './webhook-filter';
import { viewAttributes, webhookView } from './webhook-item';
import type { FollowFilter, FollowOptions, PlacedWebhook } from './webhook-reader';

/**
 * An item is stored some time after its `receivedAt`, later than items that were received after it, and the index
 * follows a moment later. So each poll looks back from the newest entry that was seen.
 */
const overlapMs = 15_000;
/** How far the clock of this machine may differ from the gateway's. */
const clockDifferenceMs = 15 * 60_000;
const concurrentQueries = 16;
/** How many items are read and returned at once. */
const chunkSize = 400;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 'YYYY-MM-DD'.length);

/** The days (UTC) of the index that may get entries: one, or two around midnight. */
const daysFrom = (from: number, now: number): readonly string[] => {
  const days: string[] = [];
  const last = dayOf(now + clockDifferenceMs);
  for (let time = from; ; time += 86_400_000) {
    const day = dayOf(time);
    if (day >= last) return [...days, last];
    days.push(day);
  }
};

interface Cursor {
  /** Where the next poll begins, in milliseconds since 1970. */
  readonly from: number;
  /** Keys of entries since `from` that are known, with their times. */
  readonly seen: Map<string, string>;
}

const keyOf = ({ pk, sk }: IndexEntry): string => `${pk} ${sk}`;

const byTime = (a: IndexEntry, b: IndexEntry): number => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0);

const timeOf = (entry: IndexEntry): number => Date.parse(entry.time.split('#', 1)[0] ?? '');

const readEntries = async (
  table: TableReader,
  accountSids: readonly string[],
  from: number,
  now: number,
): Promise<readonly IndexEntry[]> => {
  const start = new Date(from).toISOString();
  const partitions = partitionsOf(accountSids, daysFrom(from, now));
  return (await mapBounded(partitions, concurrentQueries, (name) => table.entriesFrom(name, start))).flat();
};

/** The cursor after a poll. Time goes on from the entries, not from this clock, which may differ from the gateway's. */
const advance = (cursor: Cursor, entries: readonly IndexEntry[], now: number): Cursor => {
  const newest = entries.reduce((latest, entry) => Math.max(latest, timeOf(entry)), 0);
  const from = Math.max(cursor.from, newest - overlapMs, now - clockDifferenceMs);
  const start = new Date(from).toISOString();
  for (const entry of entries) cursor.seen.set(keyOf(entry), entry.time);
  return { from, seen: new Map([...cursor.seen].filter(([, time]) => time >= start)) };
};

/** The table's client, which is opened again after an error: a local gateway that was restarted has other ports. */
export interface TableSource {
  get(): Promise<TableReader>;
  drop(): void;
}

/**
 * Yields what arrives in the accounts from now on, oldest first. Each poll queries the partitions of today: four for
 * each account. An error of a poll is reported, and the next poll looks back to the last one that succeeded.
 */
export async function* followWebhooks(
  source: TableSource,
  filter: FollowFilter,
  { pollMs, signal, since, onProblem }: FollowOptions,
  now: () => number = Date.now,
): AsyncGenerator<readonly PlacedWebhook[], undefined> {
  const isWanted = fits(filter);
  const isWantedKey = canFit(filter);
  let cursor: Cursor = { from: since?.getTime() ?? now() - clockDifferenceMs, seen: new Map() };
  let hasBegun = since !== undefined;
  let hasProblem = false;
  const isStopped = (): boolean => signal.aborted;
  while (!isStopped()) {
    try {
      const time = now();
      const table = await source.get();
      const entries = await readEntries(table, filter.accountSids, cursor.from, time);
      // The first poll only records the entries that exist already.
      const fresh = hasBegun ? entries.filter((entry) => !cursor.seen.has(keyOf(entry))).sort(byTime) : [];
      for (let at = 0; at < fresh.length; at += chunkSize) {
        const chunk = fresh.slice(at, at + chunkSize);
        const items = await table.items(chunk.filter(isWantedKey), viewAttributes);
        const webhooks = items.map(({ key, item }) => ({ ...webhookView(item), position: key.time })).filter(isWanted);
        // After an error in a later chunk, the next poll does not return this one again.
        for (const entry of chunk) cursor.seen.set(keyOf(entry), entry.time);
        if (webhooks.length > 0) yield webhooks;
      }
      cursor = advance(cursor, entries, time);
      hasBegun = true;
      if (hasProblem) onProblem?.(undefined);
      hasProblem = false;
    } catch (error) {
      if (isStopped()) return undefined;
      source.drop();
      hasProblem = true;
      onProblem?.(error instanceof Error ? error : new Error(String(error)));
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
