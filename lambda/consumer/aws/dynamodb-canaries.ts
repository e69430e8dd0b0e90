import { isAbsent, putItem, type Item, type Table } from '../../aws/dynamodb-writes';
import { canaryRetentionDays } from '../../shared/contract/canary';
import { canaryKey, itemSchemaVersion, ttlAttribute } from '../../shared/contract/table';
import type { Canary } from '../ports';

const secondsPerDay = 86_400;

/** In no index, so that no list has it. */
const canaryItem = ({ accountSid, requestId, receivedAt }: Canary): Item => ({
  schema: { N: String(itemSchemaVersion) },
  accountSid: { S: accountSid },
  kind: { S: 'canary' },
  requestId: { S: requestId },
  receivedAt: { S: receivedAt },
  [ttlAttribute]: { N: String(Math.floor(Date.parse(receivedAt) / 1000) + canaryRetentionDays * secondsPerDay) },
});

/** One conditional write. If the condition fails, the same canary is stored, which is a success. */
export const storeCanary = async (table: Table, canary: Canary, signal: AbortSignal): Promise<void> => {
  const key = canaryKey(canary.accountSid, canary.canaryId);
  await putItem(table, { key, item: canaryItem(canary), condition: isAbsent, signal });
};
