import { findBefore, isAbsent, putItem, type Found, type Item, type Key, type Table } from '../../aws/dynamodb-writes';
import type { StoreOutcome } from '../ports';

/**
 * One of these conditions holds if the existing item comes from a later delivery. The request id decides between equal
 * times. They have no parentheses: AND binds tighter than OR, and DynamoDB rejects redundant parentheses.
 */
export const isLater = ['#receivedAt > :receivedAt', '#receivedAt = :receivedAt AND #requestId > :requestId'];

/** Values that only conditions use. */
export const conditionValues = { inbound: { S: 'inbound' }, backfill: { S: 'backfill' } };

/** Puts the item if there is none yet, or if one of the conditions `overwriteIf` holds for the existing item. */
export const putIf = (
  table: Table,
  key: Key,
  item: Item,
  overwriteIf: readonly string[],
  signal: AbortSignal,
): Promise<Found> => {
  const condition = [isAbsent, ...overwriteIf].join(' OR ');
  return findBefore(table, key, putItem(table, { key, item, condition, values: conditionValues, signal }), signal);
};

export const outcomeOf = ({ kind, before }: Found): StoreOutcome =>
  kind === 'applied' && before === undefined ? 'stored' : 'duplicate';
