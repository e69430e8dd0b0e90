import type { AttributeValue, BatchGetItemCommandInput, BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { tableKeys } from '../../../lambda/shared/contract/table';
import { CliError } from '../../terminal/cli-error';
import type { CallOptions } from '../sdk-configuration';
import { mapBounded } from './recent-entries';

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

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** An item as the SDK reads it. */
export type ReadItem = Readonly<Record<string, AttributeValue>>;

/** The limit of BatchGetItem. */
export const maxBatchKeys = 100;
const concurrentBatches = 4;
/** Attempts at keys that DynamoDB leaves unprocessed (throttled, or more than 16 MB): about ten seconds in all. */
const maxBatchAttempts = 8;

const keyText = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);

/** Uses placeholders, because some names are DynamoDB's reserved words. */
const projectionOf = (attributes: readonly string[]) => ({
  ProjectionExpression: attributes.map((_, at) => `#a${at}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(attributes.map((name, at) => [`#a${at}`, name])),
});

/**
 * Reads the items of keys, such as those of index entries.
 * @returns a function whose results are in the order of the keys; the item of a key may have expired in between
 */
export const createItemBatches = (client: BatchGetItem, { tableName, signal, sleep }: ItemBatchOptions) => {
  const options = { abortSignal: signal };

  const getBatch = async (
    keys: readonly ItemKey[],
    attributes: readonly string[] | undefined,
  ): Promise<readonly ReadItem[]> => {
    const items: ReadItem[] = [];
    let request: BatchGetItemCommandInput['RequestItems'] = {
      [tableName]: {
        Keys: keys.map(({ pk, sk }) => ({
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
      items.push(...(page.Responses?.[tableName] ?? []));
      const unprocessed = page.UnprocessedKeys;
      if (unprocessed?.[tableName]?.Keys === undefined) return items;
      request = unprocessed;
      await sleep(50 * 2 ** attempt);
    }
    throw new CliError('DynamoDB throttles reads of the table. Try again later, or ask for less.');
  };

  return async <Key extends ItemKey>(
    keys: readonly Key[],
    attributes?: readonly string[],
  ): Promise<readonly { readonly key: Key; readonly item: ReadItem }[]> => {
    // DynamoDB refuses a request that names a key twice.
    const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
    const batches = Array.from({ length: Math.ceil(distinct.length / maxBatchKeys) }, (_, at) =>
      distinct.slice(at * maxBatchKeys, (at + 1) * maxBatchKeys),
    );
    const items = await mapBounded(batches, concurrentBatches, (batch) => getBatch(batch, attributes));
    const byKey = new Map(
      items.flat().map((item) => {
        const [pk = '', sk = ''] = [item[tableKeys.partition]?.S, item[tableKeys.sort]?.S];
        return [keyText({ pk, sk }), item];
      }),
    );
    return keys.flatMap((key) => {
      const item = byKey.get(keyText(key));
      return item === undefined ? [] : [{ key, item }];
    });
  };
};

export type ReadItems = ReturnType<typeof createItemBatches>;
