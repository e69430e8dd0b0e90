import {
  eventSortKey,
  isOptOutPartition,
  messageSortKey,
  otherContentSortKeyPrefix,
  signedTextSortKey,
  statusSortKeyPrefix,
} from '../../lambda/shared/contract/table';
import { textAt } from '../../lambda/shared/events/item-image';
import type { ReadItem } from '../clients/dynamodb/item-batches';

export const kinds = ['messages', 'statuses', 'events', 'markers', 'optOuts', 'breaker', 'other'] as const;
export type Kind = (typeof kinds)[number];

export const kindOf = (item: ReadItem): Kind => {
  const [pk, sk] = [textAt(item, 'pk') ?? '', textAt(item, 'sk') ?? ''];
  if (isOptOutPartition(pk)) return 'optOuts';
  if (pk.endsWith('#BREAKER')) return 'breaker';
  if (sk === messageSortKey) return 'messages';
  if (sk.startsWith(statusSortKeyPrefix)) return 'statuses';
  if (sk === signedTextSortKey) return 'markers';
  return sk === eventSortKey || sk.startsWith(otherContentSortKeyPrefix) ? 'events' : 'other';
};

/** The progress of a reconciliation and the webhooks of the canary belong to their gateway. */
const ofOneGateway = /^AC[0-9a-fA-F]{32}#(?:RECONCILIATION|CANARY)(?:#|$)/;

export const isBackedUp = (item: ReadItem): boolean => !ofOneGateway.test(textAt(item, 'pk') ?? '');

const timeAttributes = ['receivedAt', 'updatedAt', 'changedAt', 'decidedAt', 'lastReplayAt', 'restoredAt', 'mergedAt'];

/** Whether an item was written at this time or later; true if it has no time. */
export const isSince = (item: ReadItem, since: string): boolean => {
  const times = timeAttributes.map((name) => textAt(item, name)).filter((time) => time !== undefined);
  return times.length === 0 || times.some((time) => time >= since);
};
