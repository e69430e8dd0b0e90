import type { PlacedItem, TableReader } from '../dynamodb/table-reader';
import type { WebhookView } from '../webhook-view';
import { canFit, conversationsOf, fits } from './webhook-filter';
import { viewAttributes, webhookView } from './webhook-item';
import type { PlacedWebhook, WebhookQuery } from './webhook-reader';

export interface FoundItem extends PlacedItem {
  readonly webhook: WebhookView;
}

interface FindOptions {
  /** How many the caller probably takes. */
  readonly expected: number;
  /** Attributes that the caller needs besides those of the view. */
  readonly attributes?: readonly string[];
}

/** The rows of a usual list. */
const usualPage = 50;

/** The stored items that fit a query, newest first. Reads no more than the caller iterates over. */
export async function* findItems(
  table: TableReader,
  query: WebhookQuery,
  { expected, attributes = [] }: FindOptions,
): AsyncGenerator<FoundItem, undefined> {
  const conversations = conversationsOf(query.accountSids, query);
  const selection = { hasKey: canFit(query), attributes: [...viewAttributes, ...attributes], expected };
  const items =
    conversations !== undefined && (await table.hasConversationIndex())
      ? table.newestOf(conversations, query, selection)
      : table.newest(query, selection);
  const isWanted = fits(query);
  for await (const found of items) {
    const webhook = webhookView(found.item);
    if (isWanted(webhook)) yield { ...found, webhook };
    if (query.isEnough?.(found.position) === true) break;
  }
  return undefined;
}

export async function* newestWebhooks(
  table: TableReader,
  query: WebhookQuery,
): AsyncGenerator<PlacedWebhook, undefined> {
  for await (const { webhook, position } of findItems(table, query, { expected: usualPage })) {
    yield { ...webhook, position };
  }
  return undefined;
}

/** At most `limit`. */
export const take = async <T>(found: AsyncIterable<T>, limit: number): Promise<readonly T[]> => {
  const taken: T[] = [];
  for await (const each of found) {
    taken.push(each);
    if (taken.length >= limit) break;
  }
  return taken;
};
