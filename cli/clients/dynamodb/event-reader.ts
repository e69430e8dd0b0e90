import { eventKey, eventSortKey } from '../../../lambda/shared/contract/table';
import type { TableReader } from './table-reader';
import { eventDetails, isUnrecognized, listedEvent, type EventReader } from './event-view';
import type { IndexEntry } from './recent-entries';
import { textOf } from './stored-item';

/** An event's own place, or the one beside it for other content under the same id. */
const isEvent = ({ sk }: IndexEntry): boolean => sk === eventSortKey || sk.startsWith(`${eventSortKey}#`);

/** The list shows the reason and the type, never the content. */
const listed = ['eventId', 'kind', 'type', 'accountSid', 'subject', 'receivedAt', 'reason', 'route'];

export const createDynamoDbEventReader = (table: TableReader): EventReader => ({
  list: async ({ unrecognizedOnly, ...query }) => {
    const items = await table.recent(query, {
      hasKey: isEvent,
      ...(unrecognizedOnly ? { hasItem: isUnrecognized } : {}),
      attributes: listed,
    });
    return items.map(listedEvent);
  },

  find: async (eventId, { accountSids }) => {
    // An event beside another one under the same id has its content's hash behind the id.
    const placeId = eventId.split('#', 2).join('#');
    const found = await Promise.all(
      accountSids.map((accountSid) => table.partition(eventKey(accountSid, placeId).pk)),
    );
    const items = found.flat().filter((item) => textOf(item, 'eventId') === eventId);
    return items.map(eventDetails);
  },
});
