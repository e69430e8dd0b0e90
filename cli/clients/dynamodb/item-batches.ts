import type { BatchGetItemCommandInput, BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { tableKeys } from '../../../lambda/shared/contract/table';
import { CliError } from '../../terminal/cli-error';
import type { CallOptions } from '../sdk-configuration';
import { mapBounded, type IndexEntry } from './recent-entries';
import { textOf, type StoredItem } from './stored-item';

/** The method that is used of the SDK's `DynamoDB` client. */
export interface BatchGetItem {
  batchGetItem(
    input: BatchGetItemCommandInput,
    options: CallOptions,
  ): Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>;
}

export interface ItemBatchOptions {
  readonly tableName: string;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The limit of BatchGetItem. */
export const maxBatchKeys = 100;
const concurrentBatches = 4;
/** Attempts at keys that DynamoDB leaves unprocessed (throttled, or more than 16 MB): about ten seconds in all. */
const maxBatchAttempts = 8;

const keyText = (pk: string, sk: string): string => JSON.stringify([pk, sk]);

/** Uses placeholders, because some names are DynamoDB's reserved words. */
const projectionOf = (attributes: readonly string[]) => ({
  ProjectionExpression: attributes.map((_, at) => `#a${at}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(attributes.map((name, at) => [`#a${at}`, name])),
});

/**
 * Reads the items of index entries.
 * @returns a function whose items are in the order of the entries; the item of an entry may have expired in between
 */
export const createItemBatches = (client: BatchGetItem, { tableName, signal, sleep }: ItemBatchOptions) => {
  const options = { abortSignal: signal };

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

  return async (
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
};
