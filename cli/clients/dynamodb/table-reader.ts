import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { accountDayIndex, conversationIndex, tableKeys } from '../../../lambda/shared/contract/table';
import type { CallOptions } from '../sdk-configuration';
import {
  createItemBatches,
  maxBatchKeys,
  type BatchGetItem,
  type ItemBatchOptions,
  type ReadItems,
} from './item-batches';
import {
  boundsOf,
  entryOf,
  isWithin,
  mergedEntries,
  recentEntries,
  type EntryRange,
  type IndexEntry,
  type SortKeyBounds,
} from './recent-entries';
import { localEntries, scannedEntries, type LocalTable } from './scanned-entries';
import type { StoredItem } from './stored-item';

/** The methods that are used of the SDK's `DynamoDB` client. */
export interface DynamoDbCalls extends BatchGetItem {
  query(
    input: QueryCommandInput,
    options: CallOptions,
  ): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
}

interface DynamoDbReaderOptions extends ItemBatchOptions {
  /** Given for a table so small that one scan of its index is faster than many queries. */
  readonly local?: LocalTable | undefined;
}

/** Which rows and items to return, with which attributes. */
export interface Selection {
  readonly hasKey: (entry: IndexEntry) => boolean;
  /** Attributes to read; undefined reads all. */
  readonly attributes?: readonly string[];
  /** How many items the caller probably takes: so many are read at first. */
  readonly expected: number;
}

/** An item with the time and id by which the indexes sort it. */
export interface PlacedItem {
  readonly position: string;
  readonly item: StoredItem;
}

/** Reads items of the gateway's table. */
export interface TableReader {
  /** All items of a partition, in the order of their sort keys. */
  partition(pk: string): Promise<readonly StoredItem[]>;
  /** Items of accounts, the newest first. Reads no more than the caller iterates over. */
  newest(range: EntryRange, selection: Selection): AsyncGenerator<PlacedItem, undefined>;
  /** The same for the messages of conversations, by the index of conversations. */
  newestOf(
    conversations: readonly string[],
    range: Omit<EntryRange, 'accountSids'>,
    selection: Selection,
  ): AsyncGenerator<PlacedItem, undefined>;
  /** Whether the table has the index of conversations. */
  hasConversationIndex(): Promise<boolean>;
  /** The entries of a partition of the index by account and day, from a sort key on. */
  entriesFrom(partition: string, from: string): Promise<readonly IndexEntry[]>;
  /** The items of keys, in their order. A key without an item is left out. */
  readonly items: ReadItems;
}

/** Rows of other kinds share the index, so a page of exactly the wanted size could hold none of the wanted kind. */
const pageRows = { min: 25, max: 1000 };
/** Several batches, which are read at the same time. */
const maxChunk = 4 * maxBatchKeys;
const isWithoutIndex = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationException' && /specified index/.test(error.message);

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

  /** Reads partitions of an index, newest first. */
  const indexRows = (
    index: typeof accountDayIndex | typeof conversationIndex,
    bounds: SortKeyBounds,
    expected: number,
  ) =>
    async function* rows(partition: string): AsyncGenerator<IndexEntry, undefined> {
      for await (const items of pages({
        IndexName: index.name,
        KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#p': index.partition, '#s': index.sort },
        ExpressionAttributeValues: { ':p': { S: partition }, ':from': { S: bounds.from }, ':to': { S: bounds.to } },
        ScanIndexForward: false,
        Limit: Math.min(Math.max(expected, pageRows.min), pageRows.max),
      })) {
        for (const entry of items.map(entryOf)) if (isWithin(entry, bounds)) yield entry;
      }
      return undefined;
    };

  async function* inChunks(
    entries: AsyncIterable<IndexEntry>,
    { hasKey, attributes, expected }: Selection,
  ): AsyncGenerator<PlacedItem, undefined> {
    let size = Math.min(Math.max(expected, pageRows.min), maxChunk);
    let chunk: IndexEntry[] = [];
    for await (const entry of entries) {
      if (hasKey(entry)) chunk.push(entry);
      if (chunk.length < size) continue;
      yield* (await itemsOf(chunk, attributes)).map(placed);
      chunk = [];
      size = Math.min(2 * size, maxChunk);
    }
    yield* (await itemsOf(chunk, attributes)).map(placed);
    return undefined;
  }

  const scan = (table: LocalTable, range: EntryRange) => scannedEntries(table, tableName, range, options);

  let conversationIndexExists: Promise<boolean> | undefined;
  const findConversationIndex = async (): Promise<boolean> => {
    try {
      const read = indexRows(conversationIndex, { from: '-', to: '.' }, 1);
      await read('-').next();
      return true;
    } catch (error) {
      if (isWithoutIndex(error)) return false;
      throw error;
    }
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

    newest: (range, selection) => {
      const read = (part: EntryRange) =>
        recentEntries(indexRows(accountDayIndex, boundsOf(part), selection.expected), part);
      const entries = local === undefined ? read(range) : localEntries(range, read, (part) => scan(local, part));
      return inChunks(entries, selection);
    },

    newestOf: (conversations, range, selection) => {
      const bounds = boundsOf(range);
      const read = indexRows(conversationIndex, bounds, selection.expected);
      // DynamoDB refuses bounds in the wrong order.
      return inChunks(mergedEntries(read, bounds.from < bounds.to ? conversations : []), selection);
    },

    hasConversationIndex: () => (conversationIndexExists ??= findConversationIndex()),

    entriesFrom: async (partition, from) => {
      const entries: IndexEntry[] = [];
      for await (const items of pages({
        IndexName: accountDayIndex.name,
        KeyConditionExpression: '#p = :p AND #s >= :from',
        ExpressionAttributeNames: { '#p': accountDayIndex.partition, '#s': accountDayIndex.sort },
        ExpressionAttributeValues: { ':p': { S: partition }, ':from': { S: from } },
      })) {
        entries.push(...items.map(entryOf));
      }
      return entries;
    },

    items: itemsOf,
  };
};

const placed = ({ key, item }: { readonly key: IndexEntry; readonly item: StoredItem }): PlacedItem => ({
  position: key.time,
  item,
});
