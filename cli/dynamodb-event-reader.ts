import { eventSortKey } from '../lambda/shared/table';
import type { TableReader } from './dynamodb-table-reader';
import { eventDetails, isUnrecognized, listedEvent, type EventReader } from './event-view';
import type { IndexEntry } from './recent-entries';
import { textOf, type Item } from './stored-item';

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

  find: async (eventId, query) => {
    const everyOne = { ...query, limit: Number.MAX_SAFE_INTEGER };
    const hasItem = (item: Item): boolean => textOf(item, 'eventId') === eventId;
    // A row's time ends with the id, so the other rows need not be read.
    const isNamed = (entry: IndexEntry): boolean => isEvent(entry) && entry.time.endsWith(`#${eventId}`);
    const named = await table.recent(everyOne, { hasKey: isNamed, hasItem });
    const items = named.length > 0 ? named : await table.recent(everyOne, { hasKey: isEvent, hasItem });
    return items.map(eventDetails);
  },
});
