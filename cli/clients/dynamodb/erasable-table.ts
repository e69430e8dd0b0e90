import type {
  AttributeValue,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { tableKeys } from '../../../lambda/shared/contract/table';
import { CliError } from '../../terminal/cli-error';
import type { CallOptions } from '../sdk-configuration';

/** The methods that are used of the SDK's `DynamoDB` client. */
export interface EraseCalls {
  scan(input: ScanCommandInput, options: CallOptions): Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  batchWriteItem(
    input: BatchWriteItemCommandInput,
    options: CallOptions,
  ): Promise<Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'>>;
}

export type ErasableItem = Readonly<Record<string, AttributeValue>>;

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** The gateway's table, to delete from. */
export interface ErasableTable {
  /** Every item, page by page, read consistently. */
  scan(): AsyncGenerator<readonly ErasableItem[]>;
  /** Deletes items; an item that does not exist is skipped. */
  delete(keys: readonly ItemKey[]): Promise<void>;
}

export interface ErasableTableOptions {
  readonly tableName: string;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The limit of BatchWriteItem. */
const maxBatch = 25;
/** About a minute in all, in which on-demand capacity doubles. */
const maxAttempts = 10;
const maxDelayMs = 10_000;
const throttled = ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'];

/** @param attempt resolves to undefined if DynamoDB has not done everything */
export const untilDone = async <T>(
  attempt: () => Promise<T | undefined>,
  sleep: ErasableTableOptions['sleep'],
): Promise<T> => {
  for (let attempts = 1; attempts <= maxAttempts; attempts += 1) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      if (!(error instanceof Error && throttled.includes(error.name))) throw error;
    }
    await sleep(Math.min(maxDelayMs, 50 * 2 ** attempts));
  }
  throw new CliError('DynamoDB throttles the table. Run the same command again: it continues where it stopped.');
};

export const createErasableTable = (
  client: EraseCalls,
  { tableName, signal, sleep }: ErasableTableOptions,
): ErasableTable => {
  const call = { abortSignal: signal };

  const deleteBatch = async (keys: readonly ItemKey[]): Promise<void> => {
    let requests: BatchWriteItemCommandInput['RequestItems'] = {
      [tableName]: keys.map(({ pk, sk }) => ({
        DeleteRequest: { Key: { [tableKeys.partition]: { S: pk }, [tableKeys.sort]: { S: sk } } },
      })),
    };
    await untilDone(async () => {
      const { UnprocessedItems } = await client.batchWriteItem({ RequestItems: requests }, call);
      if ((UnprocessedItems?.[tableName] ?? []).length === 0) return true;
      requests = UnprocessedItems;
      return undefined;
    }, sleep);
  };

  return {
    async *scan() {
      let start: ScanCommandInput['ExclusiveStartKey'];
      do {
        const page: Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'> = await untilDone(
          () =>
            client.scan(
              {
                TableName: tableName,
                ConsistentRead: true,
                ...(start === undefined ? {} : { ExclusiveStartKey: start }),
              },
              call,
            ),
          sleep,
        );
        yield page.Items ?? [];
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    },
    delete: async (keys) => {
      for (let at = 0; at < keys.length; at += maxBatch) await deleteBatch(keys.slice(at, at + maxBatch));
    },
  };
};
