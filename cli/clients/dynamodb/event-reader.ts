import { eventKey, messageKey } from '../../../lambda/shared/contract/table';
import { isMessageSid } from '../../../lambda/shared/payload/sid';
import { webhookView } from '../webhooks/webhook-item';
import { eventDetails, type EventReader } from './event-view';
import type { TableReader } from './table-reader';

/** The partition that has a webhook with this id. */
const partitionOf = (accountSid: string, id: string): string => {
  // Other content under the same id has its hash after the id.
  const place = id.split('#', 2);
  const [sid] = place;
  return isMessageSid(sid) ? messageKey(accountSid, sid).pk : eventKey(accountSid, place.join('#')).pk;
};

export const createDynamoDbEventReader = (table: TableReader): EventReader => ({
  find: async (id, accountSids) => {
    const found = await Promise.all(accountSids.map((accountSid) => table.partition(partitionOf(accountSid, id))));
    return found
      .flat()
      .filter((item) => webhookView(item).id === id)
      .map(eventDetails);
  },
});
