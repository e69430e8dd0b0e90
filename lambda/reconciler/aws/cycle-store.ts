import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { updateItem, type Item, type Table } from '../../aws/dynamodb-writes';
import { createSdkClient } from '../../aws/sdk/client';
import { itemSchemaVersion, reconciliationKey } from '../../shared/contract/table';
import type { Cycle } from '../../shared/reconciliation/reconcile';
import type { CycleStore } from '../ports';

export interface CycleStoreOptions {
  readonly tableName: string;
  readonly now: () => number;
  readonly client?: Table['client'];
}

const number = (value: number) => ({ N: String(value) });

/** Keeps an account's cycle in one item of the table. Its cycle is JSON text, written and read by this file only. */
export const createCycleStore = ({
  tableName,
  now,
  client = createSdkClient(DynamoDBClient, { requestTimeoutMs: 1500, maxAttempts: 3 }, {}),
}: CycleStoreOptions): CycleStore => {
  const table: Table = { client, tableName };
  return {
    claim: async (accountSid, leaseUntil, signal) => {
      const result = await updateItem(table, {
        key: reconciliationKey(accountSid),
        set: { leaseUntil: number(leaseUntil) },
        setIfAbsent: {
          schema: number(itemSchemaVersion),
          accountSid: { S: accountSid },
          completeAt: number(now()),
        },
        condition: 'attribute_not_exists(#leaseUntil) OR #leaseUntil < :now',
        values: { now: number(now()) },
        returnValues: 'ALL_NEW',
        signal,
      });
      if (result.kind === 'refused') return undefined;
      return { cycle: cycleOf(result.item), completeAt: Number(result.item?.['completeAt']?.N ?? now()) };
    },
    save: async (accountSid, cycle, signal) => {
      await updateItem(table, {
        key: reconciliationKey(accountSid),
        set: { cycle: { S: JSON.stringify(cycle) } },
        returnValues: 'ALL_OLD',
        signal,
      });
    },
    release: async (accountSid, completeAt) => {
      await updateItem(table, {
        key: reconciliationKey(accountSid),
        set: { leaseUntil: number(0), ...(completeAt === undefined ? {} : { completeAt: number(completeAt) }) },
        remove: completeAt === undefined ? [] : ['cycle'],
        returnValues: 'ALL_OLD',
      });
    },
  };
};

const cycleOf = (item: Item | undefined): Cycle | undefined => {
  const text = item?.['cycle']?.S;
  // Written by `save`.
  return text === undefined ? undefined : (JSON.parse(text) as Cycle);
};
