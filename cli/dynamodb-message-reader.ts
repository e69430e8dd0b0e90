import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { accountDayIndex, messageKey, tableKeys } from '../lambda/shared/table';
import { CliError } from './cli-error';
import {
  messageDetails,
  messageView,
  textOf,
  type Item,
  type MessageReader,
  type MessageView,
} from './message-view';
import { mapBounded, recentEntries, type IndexEntry, type ReadPartition } from './recent-messages';

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** The calls used of the SDK's `DynamoDB` client. */
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

export interface DynamoDbReaderOptions {
  readonly tableName: string;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** BatchGetItem takes no more. */
const maxBatchKeys = 100;
const concurrentBatches = 4;
/** Attempts at keys that DynamoDB leaves unprocessed (throttled, or more than 16 MB): about ten seconds in all. */
const maxBatchAttempts = 8;

/** The attributes of the list; `params` stays behind, it repeats the whole webhook. Some names are reserved words. */
const listed = [
  tableKeys.partition,
  'accountSid',
  'direction',
  'from',
  'to',
  'body',
  'media',
  'status',
  'errorCode',
  'receivedAt',
  'updatedAt',
];
const projection = {
  ProjectionExpression: listed.map((_, at) => `#a${at}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(listed.map((name, at) => [`#a${at}`, name])),
};

export const createDynamoDbMessageReader = (
  client: DynamoDbCalls,
  { tableName, signal, sleep }: DynamoDbReaderOptions,
): MessageReader => {
  const options = { abortSignal: signal };

  const queryAll = async (input: QueryCommandInput, limit: number): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await client.query(
        {
          ...input,
          TableName: tableName,
          ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        },
        options,
      );
      // The SDK's union of attribute forms is wider than what the consumer writes; unknown forms read as absent.
      items.push(...((page.Items ?? []) as readonly Item[]));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
  };

  const readPartition: ReadPartition = async (partition, limit) => {
    const items = await queryAll(
      {
        TableName: tableName,
        IndexName: accountDayIndex.name,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': accountDayIndex.partition },
        ExpressionAttributeValues: { ':p': { S: partition } },
        ScanIndexForward: false,
      },
      limit,
    );
    return items.map((item) => ({
      pk: textOf(item, tableKeys.partition) ?? '',
      sk: textOf(item, tableKeys.sort) ?? '',
      time: textOf(item, accountDayIndex.sort) ?? '',
    }));
  };

  const getBatch = async (entries: readonly IndexEntry[]): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let request: BatchGetItemCommandInput['RequestItems'] = {
      [tableName]: {
        Keys: entries.map(({ pk, sk }) => ({
          [tableKeys.partition]: { S: pk },
          [tableKeys.sort]: { S: sk },
        })),
        // The index runs behind; the items shall not.
        ConsistentRead: true,
        ...projection,
      },
    };
    for (let attempt = 1; attempt <= maxBatchAttempts; attempt += 1) {
      const page = await client.batchGetItem({ RequestItems: request }, options);
      items.push(...((page.Responses?.[tableName] ?? []) as readonly Item[]));
      const unprocessed = page.UnprocessedKeys;
      if (unprocessed?.[tableName]?.Keys === undefined) return items;
      request = unprocessed;
      await sleep(50 * 2 ** attempt);
    }
    throw new CliError('DynamoDB throttles reads of the table. Try again, or ask for fewer with --limit.');
  };

  return {
    list: async (query) => {
      const entries = await recentEntries(readPartition, query);
      const batches = Array.from({ length: Math.ceil(entries.length / maxBatchKeys) }, (_, at) =>
        entries.slice(at * maxBatchKeys, (at + 1) * maxBatchKeys),
      );
      const items = (await mapBounded(batches, concurrentBatches, getBatch)).flat();
      const byKey = new Map(items.map((item) => [textOf(item, tableKeys.partition), item]));
      // BatchGetItem keeps no order. An entry without its item has expired in between.
      return entries.flatMap(({ pk }): MessageView[] => {
        const item = byKey.get(pk);
        return item === undefined ? [] : [messageView(item)];
      });
    },
    find: async (messageSid) =>
      messageDetails(
        messageSid,
        await queryAll(
          {
            TableName: tableName,
            KeyConditionExpression: '#p = :p',
            ExpressionAttributeNames: { '#p': tableKeys.partition },
            ExpressionAttributeValues: { ':p': { S: messageKey(messageSid).pk } },
            ConsistentRead: true,
          },
          Infinity,
        ),
      ),
  };
};
