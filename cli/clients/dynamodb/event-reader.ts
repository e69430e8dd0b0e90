import { eventKey, eventSortKey } from '../../../lambda/shared/contract/table';
import type { TableReader } from './table-reader';
import { eventDetails, isUnrecognized, listedEvent, type EventReader } from './event-view';
import type { IndexEntry } from './recent-entries';
import { textOf } from './stored-item';

/** The event's own sort key, or the one for other content under the same id. */
const isEvent = ({ sk }: IndexEntry): boolean => sk === eventSortKey || sk.startsWith(`${eventSortKey}#`);

/** The list has no content: `events show` prints it. */
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
    // Other content under the same id has its hash after the id.
    const placeId = eventId.split('#', 2).join('#');
    const found = await Promise.all(accountSids.map((accountSid) => table.partition(eventKey(accountSid, placeId).pk)));
    const items = found.flat().filter((item) => textOf(item, 'eventId') === eventId);
    return items.map(eventDetails);
  },
});
