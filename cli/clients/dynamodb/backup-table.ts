import type { PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { tableKeys } from '../../../lambda/shared/contract/table';
import type { CallOptions } from '../sdk-configuration';
import { createErasableTable, untilDone, type EraseCalls } from './erasable-table';
import {
  createItemBatches,
  type BatchGetItem,
  type ItemBatchOptions,
  type ReadItem,
  type ReadItems,
} from './item-batches';

/** The methods that are used of the SDK's `DynamoDB` client. */
export interface BackupCalls extends EraseCalls, BatchGetItem {
  putItem(input: PutItemCommandInput, options: CallOptions): Promise<Pick<PutItemCommandOutput, 'Attributes'>>;
}

/** A table to back up, or to restore into. */
export interface BackupTable {
  /** Every item, page by page, read consistently. */
  scan(): AsyncGenerator<readonly ReadItem[]>;
  readonly read: ReadItems;
  /**
   * Puts an item if there is none with its key, or if the one that is there has these attributes; one that is NULL
   * must be absent.
   * @returns whether it was put
   */
  put(item: ReadItem, onlyIf?: ReadItem): Promise<boolean>;
}

const absent = (name: string): string => `attribute_not_exists(#${name})`;

const conditionOf = (onlyIf: ReadItem | undefined): Partial<PutItemCommandInput> => {
  if (onlyIf === undefined) {
    return { ConditionExpression: absent('pk'), ExpressionAttributeNames: { '#pk': tableKeys.partition } };
  }
  const present = Object.entries(onlyIf).filter(([, { NULL }]) => NULL !== true);
  return {
    ConditionExpression: Object.entries(onlyIf)
      .map(([name, { NULL }]) => (NULL === true ? absent(name) : `#${name} = :${name}`))
      .join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(Object.keys(onlyIf).map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
  };
};

export const createBackupTable = (client: BackupCalls, options: ItemBatchOptions): BackupTable => {
  const { tableName, signal, sleep } = options;
  return {
    scan: () => createErasableTable(client, options).scan(),
    read: createItemBatches(client, options),
    put: (item, onlyIf) =>
      untilDone(async () => {
        try {
          const input = { TableName: tableName, Item: { ...item }, ...conditionOf(onlyIf) };
          await client.putItem(input, { abortSignal: signal });
          return true;
        } catch (error) {
          if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
          throw error;
        }
      }, sleep),
  };
};
