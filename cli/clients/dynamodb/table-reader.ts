import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { accountDayIndex, tableKeys } from '../../../lambda/shared/contract/table';
import { CliError } from '../../terminal/cli-error';
import { textOf, type StoredItem } from './stored-item';
import { mapBounded, queriedPartitions, recentEntries, type EntryQuery, type IndexEntry } from './recent-entries';
import type { CallOptions } from '../sdk-configuration';

/** The methods that are used of the SDK's `DynamoDB` client. */
export interface DynamoDbCalls {
  query(
    input: QueryCommandInput,
    options: CallOptions,
  ): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  batchGetItem(
    input: BatchGetItemCommandInput,
    options: CallOptions,
  ): Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>;
}

/** The table of a laptop. */
export interface LocalTable {
  scan(input: ScanCommandInput, options: CallOptions): Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
}

interface DynamoDbReaderOptions {
  readonly tableName: string;
  /** Given for a table so small that one scan of its index is faster than a query for each day and shard. */
  readonly local?: LocalTable | undefined;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
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

/** The limit of BatchGetItem. */
const maxBatchKeys = 100;
const concurrentBatches = 4;
/** Attempts at keys that DynamoDB leaves unprocessed (throttled, or more than 16 MB): about ten seconds in all. */
const maxBatchAttempts = 8;
/** Rows of other kinds share the index, so a page of exactly the wanted size could hold none of the wanted kind. */
const pageRows = { min: 25, max: 1000 };

const keyText = (pk: string, sk: string): string => JSON.stringify([pk, sk]);

/** Uses placeholders, because some names are DynamoDB's reserved words. */
const projectionOf = (attributes: readonly string[]) => ({
  ProjectionExpression: attributes.map((_, at) => `#a${at}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(attributes.map((name, at) => [`#a${at}`, name])),
});

const entryOf = (item: StoredItem): IndexEntry => ({
  pk: textOf(item, tableKeys.partition) ?? '',
  sk: textOf(item, tableKeys.sort) ?? '',
  time: textOf(item, accountDayIndex.sort) ?? '',
});

export const createDynamoDbTableReader = (
  client: DynamoDbCalls,
  { tableName, signal, sleep, local }: DynamoDbReaderOptions,
): TableReader => {
  const options = { abortSignal: signal };

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

  /** The same entries as `recentEntries` finds, by as few calls as the index has pages. */
  async function* scannedEntries(table: LocalTable, query: EntryQuery): AsyncGenerator<IndexEntry, undefined> {
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

  const getBatch = async (
    entries: readonly IndexEntry[],
    attributes: readonly string[] | undefined,
  ): Promise<readonly StoredItem[]> => {
    const items: StoredItem[] = [];
    let request: BatchGetItemCommandInput['RequestItems'] = {
      [tableName]: {
        Keys: entries.map(({ pk, sk }) => ({
          [tableKeys.partition]: { S: pk },
          [tableKeys.sort]: { S: sk },
        })),
        // The index is eventually consistent; the items are read consistently.
        ConsistentRead: true,
        ...(attributes === undefined
          ? {}
          : projectionOf([...new Set([tableKeys.partition, tableKeys.sort, ...attributes])])),
      },
    };
    for (let attempt = 1; attempt <= maxBatchAttempts; attempt += 1) {
      const page = await client.batchGetItem({ RequestItems: request }, options);
      items.push(...((page.Responses?.[tableName] ?? []) as readonly StoredItem[]));
      const unprocessed = page.UnprocessedKeys;
      if (unprocessed?.[tableName]?.Keys === undefined) return items;
      request = unprocessed;
      await sleep(50 * 2 ** attempt);
    }
    throw new CliError('DynamoDB throttles reads of the table. Try again, or ask for fewer with --limit.');
  };

  /** In the order of the entries. The item of an entry may have expired in between. */
  const itemsOf = async (
    entries: readonly IndexEntry[],
    attributes: readonly string[] | undefined,
  ): Promise<readonly StoredItem[]> => {
    const batches = Array.from({ length: Math.ceil(entries.length / maxBatchKeys) }, (_, at) =>
      entries.slice(at * maxBatchKeys, (at + 1) * maxBatchKeys),
    );
    const items = await mapBounded(batches, concurrentBatches, (batch) => getBatch(batch, attributes));
    const byKey = new Map(
      items
        .flat()
        .map((item) => [keyText(textOf(item, tableKeys.partition) ?? '', textOf(item, tableKeys.sort) ?? ''), item]),
    );
    return entries.map(({ pk, sk }) => byKey.get(keyText(pk, sk))).filter((item) => item !== undefined);
  };

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
          : scannedEntries(local, query);
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
