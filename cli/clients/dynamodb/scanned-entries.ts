import type { ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { accountDayIndex } from '../../../lambda/shared/contract/table';
import type { CallOptions } from '../sdk-configuration';
import { boundsOf, daysOf, entryOf, isWithin, partitionsOf, type EntryRange, type IndexEntry } from './recent-entries';
import { textOf } from './stored-item';

/** The table of a laptop. */
export interface LocalTable {
  scan(input: ScanCommandInput, options: CallOptions): Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
}

/** The same entries as `recentEntries` finds, by as few calls as the index has pages. */
export async function* scannedEntries(
  table: LocalTable,
  tableName: string,
  range: EntryRange,
  options: CallOptions,
): AsyncGenerator<IndexEntry, undefined> {
  const bounds = boundsOf(range);
  const accounts = new Set(range.accountSids);
  const found: IndexEntry[] = [];
  let start: ScanCommandInput['ExclusiveStartKey'];
  do {
    const page = await table.scan(
      {
        TableName: tableName,
        IndexName: accountDayIndex.name,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      },
      options,
    );
    for (const item of page.Items ?? []) {
      const [account = ''] = (textOf(item, accountDayIndex.partition) ?? '').split('#', 1);
      const entry = entryOf(item);
      if (accounts.has(account) && isWithin(entry, bounds)) found.push(entry);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  yield* found.sort((a, b) => (a.time < b.time ? 1 : -1));
  return undefined;
}

/** A local table answers so many queries sooner than a scan of a thousand rows. */
const maxLocalQueries = 16;

/** The last days of a local table by queries, because most lists end there; what is before them by one scan. */
export async function* localEntries(
  range: EntryRange,
  query: (part: EntryRange) => AsyncIterable<IndexEntry>,
  scan: (part: EntryRange) => AsyncIterable<IndexEntry>,
): AsyncGenerator<IndexEntry, undefined> {
  const days = daysOf(boundsOf(range));
  const count = Math.floor(maxLocalQueries / Math.max(1, partitionsOf(range.accountSids, days.slice(0, 1)).length));
  const first = days[count - 1];
  if (first === undefined || days.length <= count) {
    yield* count === 0 ? scan(range) : query(range);
    return undefined;
  }
  const split = new Date(first);
  yield* query({ ...range, since: split });
  yield* scan({ ...range, until: split });
  return undefined;
}
