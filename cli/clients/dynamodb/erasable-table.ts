import type {
  AttributeValue,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { itemSchemaVersion, signedTextKey, tableKeys } from '../../../lambda/shared/contract/table';
import { backfillTextHash, erasedRequestId } from '../../../lambda/shared/reconciliation/backfill';
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
  /** Keeps reconciliation from storing messages again that Twilio still has. A marker has hashes, no number, no SID. */
  markErased(messages: readonly { readonly accountSid: string; readonly messageSid: string }[]): Promise<void>;
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

const keyOf = ({ pk, sk }: ItemKey): Record<string, AttributeValue> => ({
  [tableKeys.partition]: { S: pk },
  [tableKeys.sort]: { S: sk },
});

const erasedMarker = ({ accountSid, messageSid }: { readonly accountSid: string; readonly messageSid: string }) => {
  const hash = backfillTextHash(accountSid, messageSid, undefined);
  return {
    ...keyOf(signedTextKey(accountSid, hash)),
    schema: { N: String(itemSchemaVersion) },
    accountSid: { S: accountSid },
    reading: { S: hash },
    requestId: { S: erasedRequestId },
    receivedAt: { S: new Date().toISOString() },
  };
};

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

  const writeBatch = async (writes: readonly WriteRequest[]): Promise<void> => {
    let requests: BatchWriteItemCommandInput['RequestItems'] = { [tableName]: [...writes] };
    await untilDone(async () => {
      const { UnprocessedItems } = await client.batchWriteItem({ RequestItems: requests }, call);
      if ((UnprocessedItems?.[tableName] ?? []).length === 0) return true;
      requests = UnprocessedItems;
      return undefined;
    }, sleep);
  };

  const writeAll = async (writes: readonly WriteRequest[]): Promise<void> => {
    for (let at = 0; at < writes.length; at += maxBatch) await writeBatch(writes.slice(at, at + maxBatch));
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
    delete: (keys) => writeAll(keys.map((key) => ({ DeleteRequest: { Key: keyOf(key) } }))),
    markErased: (messages) => writeAll(messages.map((message) => ({ PutRequest: { Item: erasedMarker(message) } }))),
  };
};
