import {
  accountDayIndex,
  accountDayPartition,
  accountDayShard,
  otherContentSortKeyPrefix,
  tableKeys,
  timeSortKey,
  ttlAttribute,
} from '../../lambda/shared/contract/table';
import { numberAt, textAt } from '../../lambda/shared/events/item-image';
import type { ReadItem } from '../clients/dynamodb/item-batches';
import { kindOf } from './kinds';

/** What a restore does with one item of a backup. */
export type Decision =
  | { readonly kind: 'restored' }
  /** The gateway has the item, and the backup has the later part of it. */
  | { readonly kind: 'merged'; readonly item: ReadItem; readonly onlyIf: ReadItem }
  /** The gateway has other content under the key: the item gets another key, if it is not there already. */
  | { readonly kind: 'other_content'; readonly item: ReadItem }
  | { readonly kind: 'existing' }
  | { readonly kind: 'expired' };

const statusNames = ['status', 'errorCode', 'statusOrder', 'updatedAt'];

const partOf = (item: ReadItem, isStatus: boolean): ReadItem =>
  Object.fromEntries(Object.entries(item).filter(([name]) => statusNames.includes(name) === isStatus));

/**
 * An item that exists wins, except where the consumer would let a later webhook replace a part of it: the rules are
 * those of `createDynamoDbEventStore`.
 */
export const decide = (item: ReadItem, existing: ReadItem | undefined, now: Date): Decision => {
  const expiresAt = numberAt(item, ttlAttribute);
  if (expiresAt !== undefined && expiresAt * 1000 <= now.getTime()) return { kind: 'expired' };
  if (existing === undefined) return { kind: 'restored' };
  switch (kindOf(item)) {
    case 'messages':
      return mergedMessage(item, existing);
    case 'statuses':
      return isBetterOrigin(item, existing) ? replacement(item, existing) : { kind: 'existing' };
    case 'events':
      return mergedEvent(item, existing);
    case 'optOuts':
      return isLater(item, existing, 'changedAt')
        ? { kind: 'merged', item, onlyIf: named(existing, ['changedAt', 'requestId']) }
        : { kind: 'existing' };
    case 'markers':
    case 'breaker':
    case 'other':
      return { kind: 'existing' };
  }
};

const replacement = (item: ReadItem, existing: ReadItem): Decision => ({
  kind: 'merged',
  item,
  onlyIf: named(existing, ['via', 'receivedAt', 'requestId']),
});

const mergedEvent = (item: ReadItem, existing: ReadItem): Decision => {
  const hash = textAt(item, 'contentHash');
  if (hash === textAt(existing, 'contentHash')) {
    return isLater(existing, item, 'receivedAt') ? replacement(item, existing) : { kind: 'existing' };
  }
  // The other content has its own key, as if it had come to this gateway.
  return { kind: 'other_content', item: asOtherContent(item, hash ?? '') };
};

/** An item as `storeEvent` of the consumer writes it where the key is taken by other content. */
const asOtherContent = (item: ReadItem, hash: string): ReadItem => {
  const eventId = `${textAt(item, 'eventId') ?? ''}#${hash}`;
  const [accountSid, receivedAt] = [textAt(item, 'accountSid') ?? '', textAt(item, 'receivedAt') ?? ''];
  const day = receivedAt.slice(0, 'YYYY-MM-DD'.length);
  return {
    ...item,
    [tableKeys.sort]: { S: `${otherContentSortKeyPrefix}${hash}` },
    eventId: { S: eventId },
    [accountDayIndex.partition]: { S: accountDayPartition(accountSid, day, accountDayShard(eventId)) },
    [accountDayIndex.sort]: { S: timeSortKey(receivedAt, eventId) },
  };
};

const mergedMessage = (item: ReadItem, existing: ReadItem): Decision => {
  const [origin, status] = [isBetterOrigin(item, existing), isFurther(item, existing)];
  if (!origin && !status) return { kind: 'existing' };
  return {
    kind: 'merged',
    item: { ...partOf(origin ? item : existing, false), ...partOf(status ? item : existing, true) },
    // Every write of the consumer changes one of these.
    onlyIf: named(existing, ['direction', 'via', 'receivedAt', 'requestId', 'statusOrder', 'updatedAt']),
  };
};

/** An incoming message before a status callback, a webhook before a backfill, the earlier delivery before the later. */
const isBetterOrigin = (item: ReadItem, existing: ReadItem): boolean => {
  const ranks = [item, existing].map(
    (one) => (textAt(one, 'direction') === 'inbound' ? 0 : 2) + (textAt(one, 'via') === 'backfill' ? 1 : 0),
  );
  const [rank = 0, existingRank = 0] = ranks;
  return rank === existingRank ? isLater(existing, item, 'receivedAt') : rank < existingRank;
};

/** A higher status before a lower one; of two equal ones the earlier. */
const isFurther = (item: ReadItem, existing: ReadItem): boolean => {
  const [order, existingOrder] = [numberAt(item, 'statusOrder') ?? -1, numberAt(existing, 'statusOrder') ?? -1];
  if (order !== existingOrder) return order > existingOrder;
  return (textAt(item, 'updatedAt') ?? '') < (textAt(existing, 'updatedAt') ?? '');
};

/** The request id decides between equal times. */
const isLater = (one: ReadItem, other: ReadItem, name: string): boolean => {
  const [time, otherTime] = [textAt(one, name) ?? '', textAt(other, name) ?? ''];
  return time === otherTime ? (textAt(one, 'requestId') ?? '') > (textAt(other, 'requestId') ?? '') : time > otherTime;
};

/** The attributes of these names; an absent one is null. */
const named = (item: ReadItem, names: readonly string[]): ReadItem =>
  Object.fromEntries(names.map((name) => [name, item[name] ?? { NULL: true }]));
