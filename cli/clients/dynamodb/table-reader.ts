import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { accountDayIndex, tableKeys } from '../../../lambda/shared/contract/table';
import type { CallOptions } from '../sdk-configuration';
import { createItemBatches, maxBatchKeys, type BatchGetItem, type ItemBatchOptions } from './item-batches';
import { entryOf, recentEntries, type EntryQuery, type IndexEntry } from './recent-entries';
import { scannedEntries, type LocalTable } from './scanned-entries';
import type { StoredItem } from './stored-item';

/** The methods that are used of the SDK's `DynamoDB` client. */
export interface DynamoDbCalls extends BatchGetItem {
  query(
    input: QueryCommandInput,
    options: CallOptions,
  ): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
}

interface DynamoDbReaderOptions extends ItemBatchOptions {
  /** Given for a table so small that one scan of its index is faster than a query for each day and shard. */
  readonly local?: LocalTable | undefined;
}

interface RecentQuery extends EntryQuery {
  /** At most this many items. */
  readonly limit: number;
}

/** Which rows and items to return, with which attributes. */
interface Selection {
  readonly hasKey: (entry: IndexEntry) => boolean;
  /** Filters by the item; undefined takes all. */
  readonly hasItem?: (item: StoredItem) => boolean;
  /** Attributes to read; undefined reads all. */
  readonly attributes?: readonly string[];
}

/** Reads items of the gateway's table. */
export interface TableReader {
  /** All items of a partition, in the order of their sort keys. */
  partition(pk: string): Promise<readonly StoredItem[]>;
  /** The newest first. */
  recent(query: RecentQuery, selection: Selection): Promise<readonly StoredItem[]>;
}

/** Rows of other kinds share the index, so a page of exactly the wanted size could hold none of the wanted kind. */
const pageRows = { min: 25, max: 1000 };

export const createDynamoDbTableReader = (
  client: DynamoDbCalls,
  { tableName, signal, sleep, local }: DynamoDbReaderOptions,
): TableReader => {
  const options = { abortSignal: signal };
  const itemsOf = createItemBatches(client, { tableName, signal, sleep });

  async function* pages(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<readonly StoredItem[]> {
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await client.query(
        { ...input, TableName: tableName, ...(start === undefined ? {} : { ExclusiveStartKey: start }) },
        options,
      );

      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  async function* indexRows(partition: string, limit: number): AsyncGenerator<IndexEntry, undefined> {
    for await (const items of pages({
      IndexName: accountDayIndex.name,
      KeyConditionExpression: '#p = :p',
      ExpressionAttributeNames: { '#p': accountDayIndex.partition },
      ExpressionAttributeValues: { ':p': { S: partition } },
      ScanIndexForward: false,
      Limit: Math.min(Math.max(limit, pageRows.min), pageRows.max),
    })) {
      yield* items.map(entryOf);
    }
    return undefined;
  }

  return {
    partition: async (pk) => {
      const items: StoredItem[] = [];
      for await (const page of pages({
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': tableKeys.partition },
        ExpressionAttributeValues: { ':p': { S: pk } },
        ConsistentRead: true,
      })) {
        items.push(...page);
      }
      return items;
    },

    recent: async (query, { hasKey, hasItem, attributes }) => {
      const found: StoredItem[] = [];
      const entries =
        local === undefined
          ? recentEntries((partition) => indexRows(partition, query.limit), query)
          : scannedEntries(local, tableName, query, options);
      let chunk: IndexEntry[] = [];
      // With a filter on items, a chunk as small as the number still missing could hold none that matches.
      const leastRows = hasItem === undefined ? 1 : maxBatchKeys;
      const readChunk = async (): Promise<void> => {
        found.push(...(await itemsOf(chunk, attributes)).filter(hasItem ?? (() => true)));
        chunk = [];
      };
      for await (const entry of entries) {
        if (hasKey(entry)) chunk.push(entry);
        const wanted = Math.min(Math.max(query.limit - found.length, leastRows), pageRows.max);
        if (chunk.length >= wanted) await readChunk();
        if (found.length >= query.limit) break;
      }
      await readChunk();
      return found.slice(0, query.limit);
    },
  };
};
