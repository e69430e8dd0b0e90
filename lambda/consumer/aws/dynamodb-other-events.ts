import { eventKey, otherContentSortKeyPrefix } from '../../shared/contract/table';
import type { Table } from '../../aws/dynamodb-writes';
import type { EventOutcome, OtherEvent } from '../ports';
import { isLater, outcomeOf, putIf } from './conditional-put';
import { eventItem } from './dynamodb-items';

const isLaterWithSameContent = isLater.map((later) => `#contentHash = :contentHash AND ${later}`);

/** If the id is stored with other content, this content gets an item of its own. */
export const storeOtherEvent = async (
  store: Table & { readonly retentionDays: number },
  event: OtherEvent,
  signal: AbortSignal,
): Promise<EventOutcome> => {
  const { accountSid, eventId, contentHash } = event;
  const key = eventKey(accountSid, eventId);
  const item = eventItem(event, store.retentionDays);
  const written = await putIf(store, key, item, isLaterWithSameContent, signal);
  if (written.kind === 'applied' || written.before?.['contentHash']?.S === contentHash) {
    return outcomeOf(written);
  }
  const otherKey = { pk: key.pk, sk: `${otherContentSortKeyPrefix}${contentHash}` };
  const otherItem = eventItem({ ...event, eventId: `${eventId}#${contentHash}` }, store.retentionDays);
  const other = await putIf(store, otherKey, otherItem, isLaterWithSameContent, signal);
  // An earlier receive of this queue message may have written the item, and ended before it counted the event.
  const isFromThisMessage = outcomeOf(other) === 'stored' || other.before?.['requestId']?.S === event.requestId;
  return isFromThisMessage ? 'other_content' : 'duplicate';
};
