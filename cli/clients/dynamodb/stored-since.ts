import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import {
  eventSortKey,
  messageSortKey,
  otherContentSortKeyPrefix,
  statusSortKeyPrefix,
  tableKeys,
} from '../../../lambda/shared/contract/table';
import { CliError } from '../../terminal/cli-error';
import type { CallOptions } from '../sdk-configuration';

/** The methods that are used of the SDK's `DynamoDB` client. */
export interface ScanCalls {
  scan(input: ScanCommandInput, options: CallOptions): Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  batchGetItem(
    input: BatchGetItemCommandInput,
    options: CallOptions,
  ): Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>;
}

export interface StoredSinceOptions {
  readonly tableName: string;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** ISO 8601, UTC, milliseconds: texts sort as times do. `until` is not included. */
export interface TimeRange {
  readonly since: string;
  readonly until: string;
}

type Item = Readonly<Record<string, AttributeValue>>;

export interface StoredKey {
  readonly pk: string;
  readonly sk: string;
  /** When the item was received, or a message's status was. */
  readonly time: string;
}

/** Reads what was stored in a time, in its order. */
export interface StoredSince {
  /**
   * The keys of messages, statuses and events, the oldest first. It scans the table, because no index has all statuses
   * that earlier versions have stored.
   * @param onPage gets the number of keys found so far, after each page
   */
  keys(range: TimeRange, onPage: (found: number) => void): Promise<readonly StoredKey[]>;
  /** The items of up to a hundred keys, in their order. An item may have expired in between. */
  items(keys: readonly StoredKey[]): Promise<readonly Item[]>;
}

/** Attempts at keys that DynamoDB leaves unprocessed: about ten seconds in all. */
const maxAttempts = 8;

const isPublished = (sk: string): boolean =>
  [messageSortKey, eventSortKey].includes(sk) ||
  sk.startsWith(statusSortKeyPrefix) ||
  sk.startsWith(otherContentSortKeyPrefix);

export const createStoredSince = (client: ScanCalls, { tableName, signal, sleep }: StoredSinceOptions): StoredSince => {
  const call = { abortSignal: signal };
  return {
    keys: async ({ since, until }, onPage) => {
      const found: StoredKey[] = [];
      let start: ScanCommandInput['ExclusiveStartKey'];
      do {
        const page = await client.scan(
          {
            TableName: tableName,
            FilterExpression: '#received >= :since OR #updated >= :since',
            ProjectionExpression: '#pk, #sk, #received, #updated',
            ExpressionAttributeNames: {
              '#pk': tableKeys.partition,
              '#sk': tableKeys.sort,
              '#received': 'receivedAt',
              '#updated': 'updatedAt',
            },
            ExpressionAttributeValues: { ':since': { S: since } },
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          },
          call,
        );
        found.push(...(page.Items ?? []).map(keyOf).filter(({ sk, time }) => isPublished(sk) && time < until));
        start = page.LastEvaluatedKey;
        onPage(found.length);
      } while (start !== undefined);
      return found.sort((a, b) => compare(a.time, b.time) || compare(a.pk + a.sk, b.pk + b.sk));
    },

    items: async (keys) => {
      const items = new Map<string, Item>();
      let request: BatchGetItemCommandInput['RequestItems'] = {
        [tableName]: {
          Keys: keys.map(({ pk, sk }) => ({ [tableKeys.partition]: { S: pk }, [tableKeys.sort]: { S: sk } })),
          ConsistentRead: true,
        },
      };
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const page = await client.batchGetItem({ RequestItems: request }, call);
        for (const item of page.Responses?.[tableName] ?? []) items.set(keyText(keyOf(item)), item);
        const unprocessed = page.UnprocessedKeys;
        if (unprocessed?.[tableName]?.Keys === undefined) {
          return keys.map((key) => items.get(keyText(key))).filter((item) => item !== undefined);
        }
        request = unprocessed;
        await sleep(50 * 2 ** attempt);
      }
      throw new CliError('DynamoDB throttles reads of the table. Try again later.');
    },
  };
};

const keyOf = (item: Item): StoredKey => ({
  pk: item[tableKeys.partition]?.S ?? '',
  sk: item[tableKeys.sort]?.S ?? '',
  time: item['updatedAt']?.S ?? item['receivedAt']?.S ?? '',
});

const keyText = ({ pk, sk }: Pick<StoredKey, 'pk' | 'sk'>): string => JSON.stringify([pk, sk]);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
