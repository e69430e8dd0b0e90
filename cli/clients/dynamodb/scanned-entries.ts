import type { ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { accountDayIndex } from '../../../lambda/shared/contract/table';
import type { CallOptions } from '../sdk-configuration';
import { boundsOf, entryOf, isWithin, type EntryRange, type IndexEntry } from './recent-entries';
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
