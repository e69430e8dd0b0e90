import type { ConversationKey } from '../../../console/api';
import { conversationIdOf } from '../../../lambda/shared/events/conversation';
import type { PlacedItem, TableReader } from '../dynamodb/table-reader';
import { take } from './newest';
import { canFit } from './webhook-filter';
import { viewAttributes, webhookView } from './webhook-item';
import type { ConversationMessages, ConversationPageQuery } from './webhook-reader';

/** Without the index by conversation all messages of the account are read, so the search ends after these days. */
const daysWithoutIndex = 90;

/** A period that contains every stored item. */
const always = { since: new Date(0), until: new Date('9999-12-31') };

/** Items that may belong to the conversation, newest first. */
const itemsOf = async (
  table: TableReader,
  { accountSid, own, person }: ConversationKey,
  { limit, before }: ConversationPageQuery,
  now: Date,
): Promise<AsyncIterable<PlacedItem>> => {
  const older = before === undefined ? {} : { before };
  const selection = { hasKey: canFit({ kinds: ['message'] }), attributes: viewAttributes };
  if (await table.hasConversationIndex()) {
    const ids = [conversationIdOf(accountSid, own, person)];
    return table.newestOf(ids, { ...always, ...older }, { ...selection, expected: limit + 1 });
  }
  const last = new Date(before?.split('#', 1)[0] ?? now.getTime() + 86_400_000);
  const since = new Date(last.getTime() - daysWithoutIndex * 86_400_000);
  // One millisecond later, because `until` is not included.
  const range = { accountSids: [accountSid], since, until: new Date(last.getTime() + 1), ...older };
  return table.newest(range, { ...selection, expected: Infinity });
};

async function* messagesOf(items: AsyncIterable<PlacedItem>, { own, person }: ConversationKey) {
  for await (const { item, position } of items) {
    const message = webhookView(item);
    const sides = [message.from, message.to];
    if (sides.includes(own) && sides.includes(person)) yield { message, position };
  }
}

/** The newest messages between two addresses of an account, or those before a position. */
export const conversationMessages = async (
  table: TableReader,
  key: ConversationKey,
  page: ConversationPageQuery,
  now = new Date(),
): Promise<ConversationMessages> => {
  const found = await take(messagesOf(await itemsOf(table, key, page, now), key), page.limit + 1);
  const shown = found.slice(0, page.limit);
  return {
    messages: shown.map(({ message }) => message).reverse(),
    before: found.length > shown.length ? (shown.at(-1)?.position ?? null) : null,
  };
};
