import type { OptOut } from '../ports';
import { itemSchemaVersion, optOutKey } from '../../shared/contract/table';
import { isAbsent, putItem, type Item, type Table } from '../../aws/dynamodb-writes';

/** One of these conditions holds if the existing item comes from an earlier delivery. */
const isEarlier = ['#changedAt < :changedAt', '#changedAt = :changedAt AND #requestId < :requestId'];

const optOutItem = ({ accountSid, requestId, state, source, changedAt, messageSid, from, to }: OptOut): Item => ({
  schema: { N: String(itemSchemaVersion) },
  accountSid: { S: accountSid },
  requestId: { S: requestId },
  state: { S: state },
  source: { S: source },
  changedAt: { S: changedAt },
  messageSid: { S: messageSid },
  from: { S: from },
  to: { S: to },
});

/** One conditional write. The item has no expiry: an opt-out holds longer than its message is stored. */
export const storeOptOut = async (table: Table, optOut: OptOut, signal: AbortSignal): Promise<void> => {
  const key = optOutKey(optOut.accountSid, optOut.own, optOut.person);
  const condition = [isAbsent, ...isEarlier].join(' OR ');
  // If the condition fails, the same or a later opt-out is stored, which is a success.
  await putItem(table, { key, item: optOutItem(optOut), condition, signal });
};
