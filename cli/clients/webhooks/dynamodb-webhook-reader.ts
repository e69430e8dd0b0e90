import { messageKey } from '../../../lambda/shared/contract/table';
import { isMessageSid } from '../../../lambda/shared/payload/sid';
import { boundsOf, isWithin } from '../dynamodb/recent-entries';
import { textOf } from '../dynamodb/stored-item';
import type { TableReader } from '../dynamodb/table-reader';
import { conversationMessages } from './conversation';
import { conversationSummaries } from './conversations';
import { followWebhooks, type TableSource } from './follow';
import { newestWebhooks, take } from './newest';
import { fits } from './webhook-filter';
import { webhookView } from './webhook-item';
import type { PlacedWebhook, WebhookQuery, WebhookReader } from './webhook-reader';

type SubjectQuery = WebhookQuery & { readonly limit: number };

/** A message and its statuses are in one partition. */
const messageWithStatuses = async (
  table: TableReader,
  messageSid: string,
  query: SubjectQuery,
): Promise<readonly PlacedWebhook[]> => {
  const bounds = boundsOf(query);
  const items = await Promise.all(
    query.accountSids.map((accountSid) => table.partition(messageKey(accountSid, messageSid).pk)),
  );
  return items
    .flat()
    .map((item) => {
      const webhook = webhookView(item);
      const position = textOf(item, 'accountDayTime') ?? `${webhook.receivedAt ?? ''}#${webhook.id}`;
      return { ...webhook, position };
    })
    .filter((webhook) => isWithin({ time: webhook.position }, bounds) && fits(query)(webhook))
    .sort((a, b) => (a.position < b.position ? 1 : -1))
    .slice(0, query.limit);
};

const bySubject = (table: TableReader, subject: string, query: SubjectQuery): Promise<readonly PlacedWebhook[]> => {
  return isMessageSid(subject)
    ? messageWithStatuses(table, subject, query)
    : take(newestWebhooks(table, { ...query, subject }), query.limit);
};

const createTableSource = (open: () => Promise<TableReader>): TableSource => {
  let table: Promise<TableReader> | undefined;
  return {
    get: () => (table ??= open()),
    drop: () => {
      table = undefined;
    },
  };
};

/** @param open called at the first read, and again after an error while it follows */
export const createDynamoDbWebhookReader = (open: () => Promise<TableReader>): WebhookReader => {
  const source = createTableSource(open);
  return {
    newest: async function* newest(query) {
      yield* newestWebhooks(await source.get(), query);
    },
    follow: (filter, options) => followWebhooks(source, filter, options),
    conversations: async (query) => conversationSummaries(await source.get(), query),
    conversation: async (key, page) => conversationMessages(await source.get(), key, page),
    bySubject: async (subject, query) => bySubject(await source.get(), subject, query),
  };
};
