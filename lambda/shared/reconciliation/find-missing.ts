import { messageKey, signedTextKey, statusEventKey, statusKey } from '../contract/table';
import { backfillTextHash, erasedRequestId } from './backfill';
import type { ListedMessage } from './listed-message';

export const statusChoices = ['known', 'all', 'none'] as const;
/**
 * Which outgoing messages are checked for a missing status: `known` only those in the table. An account may also send
 * messages without a status callback, and with `all` a status of each of these would be missing.
 */
export type StatusChoice = (typeof statusChoices)[number];

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** The attributes that show whether a message is missing. */
export interface KnownItem {
  readonly direction?: string | undefined;
  readonly status?: string | undefined;
  readonly requestId?: string | undefined;
}

export const knownAttributes = ['direction', 'status', 'requestId'] as const;

/**
 * Reads items of the table. Keys without an item are not in the result.
 * @param consistency `eventual` may not yet have what was just written, for half the price
 */
export type ReadKnown = (
  keys: readonly ItemKey[],
  consistency: 'eventual' | 'strong',
) => Promise<ReadonlyMap<string, KnownItem>>;

export const keyText = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);

export interface Comparison {
  readonly accountSid: string;
  readonly statuses: StatusChoice;
  /** A message that changed later than this is not compared: its webhook may be on its way. */
  readonly settledBefore: Date;
  readonly read: ReadKnown;
}

/** Statuses with a status callback, without those that another one follows at once. */
const reported: readonly string[] = ['sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read'];

/** The messages of a page that the table does not have, and those whose status it does not have. */
export const findMissing = async (
  messages: readonly ListedMessage[],
  comparison: Comparison,
): Promise<readonly ListedMessage[]> => {
  const compared = messages.filter((message) => isCompared(message, comparison));
  const { accountSid, read } = comparison;
  // Almost everything is there. Only what seems to be missing is worth the price of a strongly consistent read.
  const seemMissing = await missingOf(compared, comparison, 'eventual');
  const missing = await missingOf(seemMissing, comparison, 'strong');
  if (missing.length === 0) return [];
  const markers = await read(
    missing.map((message) => markerKey(accountSid, message)),
    'strong',
  );
  return missing.filter(
    (message) => markers.get(keyText(markerKey(accountSid, message)))?.requestId !== erasedRequestId,
  );
};

const missingOf = async (
  messages: readonly ListedMessage[],
  comparison: Comparison,
  consistency: 'eventual' | 'strong',
): Promise<readonly ListedMessage[]> => {
  if (messages.length === 0) return [];
  const { accountSid, read } = comparison;
  const keys = messages.flatMap((message) => [
    messageKey(accountSid, message.sid),
    ...(message.direction === 'inbound' ? [] : [statusRowKey(accountSid, message)]),
  ]);
  const known = await read(keys, consistency);
  return messages.filter((message) => isMissing(message, comparison, known));
};

const isCompared = (message: ListedMessage, { statuses, settledBefore }: Comparison): boolean => {
  const changedAt = message.direction === 'inbound' ? (message.createdAt ?? message.sentAt) : message.updatedAt;
  if (changedAt !== undefined && changedAt > settledBefore) return false;
  // A message that is still being received gets its webhook afterwards.
  if (message.direction === 'inbound') return message.status === 'received';
  return statuses !== 'none' && reported.includes(message.status);
};

const isMissing = (
  message: ListedMessage,
  { accountSid, statuses }: Comparison,
  known: ReadonlyMap<string, KnownItem>,
): boolean => {
  const item = known.get(keyText(messageKey(accountSid, message.sid)));
  // An item that is not inbound was made by a status callback: the message itself has not come.
  if (message.direction === 'inbound') return item?.direction !== 'inbound';
  if (item === undefined) return statuses === 'all';
  // Twilio's list and its callback may name different error codes.
  return item.status !== message.status && !known.has(keyText(statusRowKey(accountSid, message)));
};

const statusRowKey = (accountSid: string, { sid, status, errorCode }: ListedMessage): ItemKey =>
  statusEventKey(accountSid, sid, statusKey(status, errorCode));

/** One marker is for a message and all its statuses. */
const markerKey = (accountSid: string, { sid }: ListedMessage): ItemKey =>
  signedTextKey(accountSid, backfillTextHash(accountSid, sid, undefined));
