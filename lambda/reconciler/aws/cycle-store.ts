import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { updateItem, type Item, type Table } from '../../aws/dynamodb-writes';
import { createSdkClient } from '../../aws/sdk/client';
import { itemSchemaVersion, missedKey, reconciliationKey, ttlAttribute } from '../../shared/contract/table';
import type { Cycle } from '../../shared/reconciliation/reconcile';
import { windowRange } from '../../shared/reconciliation/limits';
import type { CycleStore } from '../ports';

export interface CycleStoreOptions {
  readonly tableName: string;
  readonly now: () => number;
  readonly client?: Table['client'];
}

/** Longer than any window: until then the message is compared again and again. */
const missedKeptSeconds = (windowRange.max + 24) * 3600;

const number = (value: number) => ({ N: String(value) });

/**
 * Keeps an account's cycle in one item of the table, and an item for each message that was missing. The cycle is JSON
 * text, written and read by this file only.
 */
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
    recordMissed: async (accountSid, eventId, signal) => {
      const missedAt = now();
      const result = await updateItem(table, {
        key: missedKey(accountSid, eventId),
        set: {},
        setIfAbsent: {
          schema: number(itemSchemaVersion),
          accountSid: { S: accountSid },
          missedAt: number(missedAt),
          [ttlAttribute]: number(Math.floor(missedAt / 1000) + missedKeptSeconds),
        },
        returnValues: 'ALL_OLD',
        signal,
      });
      if (result.kind === 'refused') return false;
      // With the same time, it is this write: its answer was lost, and the SDK repeated it.
      return result.item === undefined || Number(result.item['missedAt']?.N) === missedAt;
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
