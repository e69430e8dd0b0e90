import type { ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import {
  eventSortKey,
  messageSortKey,
  otherContentSortKeyPrefix,
  statusSortKeyPrefix,
  tableKeys,
} from '../../../lambda/shared/contract/table';
import type { CallOptions } from '../sdk-configuration';
import { createItemBatches, type BatchGetItem, type ItemBatchOptions, type ReadItem } from './item-batches';

/** The methods that are used of the SDK's `DynamoDB` client. */
export interface ScanCalls extends BatchGetItem {
  scan(input: ScanCommandInput, options: CallOptions): Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
}

/** ISO 8601, UTC, milliseconds: texts sort as times do. `until` is not included. */
export interface TimeRange {
  readonly since: string;
  readonly until: string;
}

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
  /** The items of keys, in their order. An item may have expired in between. */
  items(keys: readonly StoredKey[]): Promise<readonly ReadItem[]>;
}

const isPublished = (sk: string): boolean =>
  [messageSortKey, eventSortKey].includes(sk) ||
  sk.startsWith(statusSortKeyPrefix) ||
  sk.startsWith(otherContentSortKeyPrefix);

export const createStoredSince = (client: ScanCalls, options: ItemBatchOptions): StoredSince => {
  const { tableName, signal } = options;
  const itemsOf = createItemBatches(client, options);
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
          { abortSignal: signal },
        );
        found.push(...(page.Items ?? []).map(keyOf).filter(({ sk, time }) => isPublished(sk) && time < until));
        start = page.LastEvaluatedKey;
        onPage(found.length);
      } while (start !== undefined);
      return found.sort((a, b) => compare(a.time, b.time) || compare(a.pk + a.sk, b.pk + b.sk));
    },

    items: async (keys) => (await itemsOf(keys)).map(({ item }) => item),
  };
};

const keyOf = (item: ReadItem): StoredKey => ({
  pk: item[tableKeys.partition]?.S ?? '',
  sk: item[tableKeys.sort]?.S ?? '',
  time: item['updatedAt']?.S ?? item['receivedAt']?.S ?? '',
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
