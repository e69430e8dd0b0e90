import { messageKey, messageSortKey } from '../../../lambda/shared/contract/table';
import type { TableReader } from './table-reader';
import { messageDetails, messageView, type MessageReader } from './message-view';

/** Not `params`, which repeats the whole webhook. */
const listed = [
  'accountSid',
  'direction',
  'from',
  'to',
  'body',
  'media',
  'status',
  'errorCode',
  'receivedAt',
  'updatedAt',
  'optOutType',
  'messageType',
  'query',
];

export const createDynamoDbMessageReader = (table: TableReader): MessageReader => ({
  list: async (query) => {
    const items = await table.recent(query, {
      hasKey: ({ sk }) => sk === messageSortKey,
      attributes: listed,
    });
    return items.map(messageView);
  },
  find: async (messageSid, accountSids) => {
    const partitions = new Set(accountSids.map((accountSid) => messageKey(accountSid, messageSid).pk));
    const found = await Promise.all(
      [...partitions].map(async (pk) => messageDetails(messageSid, await table.partition(pk))),
    );
    return found.filter((message) => message !== undefined);
  },
});
