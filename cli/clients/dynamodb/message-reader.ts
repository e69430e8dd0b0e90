import { messageKey } from '../../../lambda/shared/contract/table';
import { findItems, take } from '../webhooks/newest';
import type { TableReader } from './table-reader';
import { messageDetails, messageView, type MessageReader } from './message-view';

/** What `messages list` shows besides the attributes of every webhook. Not `params`, which repeats the webhook. */
const listed = ['media', 'updatedAt', 'query'];

export const createDynamoDbMessageReader = (table: TableReader): MessageReader => ({
  list: async ({ limit, ...query }) => {
    const messages = findItems(table, { ...query, kinds: ['message'] }, { expected: limit, attributes: listed });
    return (await take(messages, limit)).map(({ item }) => messageView(item));
  },
  find: async (messageSid, accountSids) => {
    const partitions = new Set(accountSids.map((accountSid) => messageKey(accountSid, messageSid).pk));
    const found = await Promise.all(
      [...partitions].map(async (pk) => messageDetails(messageSid, await table.partition(pk))),
    );
    return found.filter((message) => message !== undefined);
  },
});
