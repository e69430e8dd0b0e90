import type { ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { accountDayIndex } from '../../../lambda/shared/contract/table';
import type { CallOptions } from '../sdk-configuration';
import { entryOf, queriedPartitions, type EntryQuery, type IndexEntry } from './recent-entries';
import { textOf } from './stored-item';

/** The table of a laptop. */
export interface LocalTable {
  scan(input: ScanCommandInput, options: CallOptions): Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
}

/** The same entries as `recentEntries` finds, by as few calls as the index has pages. */
export async function* scannedEntries(
  table: LocalTable,
  tableName: string,
  query: EntryQuery,
  options: CallOptions,
): AsyncGenerator<IndexEntry, undefined> {
  const partitions = queriedPartitions(query);
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
    const rows = (page.Items ?? []).filter((item) => partitions.has(textOf(item, accountDayIndex.partition) ?? ''));
    found.push(...rows.map(entryOf));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  yield* found.sort((a, b) => (a.time < b.time ? 1 : -1));
  return undefined;
}
