import type { WebhookPage } from '../../api';
import type { WebhookView } from '../../../cli/clients/webhook-view';
import type { PlacedWebhook } from '../../../cli/clients/webhooks/webhook-reader';
import type { ConsoleParts } from '../console-parts';
import { json, read, type Route } from '../http/route';
import { filterOf, optional, periodOf, wholeNumber } from '../http/query';

const maxRows = 500;
/** A search with few results reads many items: the page gets the rows found so far, and asks for more. */
const longestMs = 10_000;

/** The inbox. */
export const webhookRoutes = ({ gateway, accounts }: ConsoleParts): readonly Route[] => [
  read('/api/webhooks', async ({ query, signal }) => {
    const limit = wholeNumber(query, 'limit', { least: 1, most: maxRows, otherwise: 100 });
    const before = optional(query, 'before');
    const reader = await (await gateway.backend()).webhooks();
    const found = reader.newest({
      ...filterOf(query),
      ...periodOf(query, gateway.context.now()),
      accountSids: await accounts(),
      ...(before === undefined ? {} : { before }),
    });
    return json(await pageOf(found, limit, signal));
  }),
];

/** One more than the page has, to know whether another page follows. */
const pageOf = async (
  found: AsyncIterable<PlacedWebhook>,
  limit: number,
  signal: AbortSignal,
): Promise<WebhookPage> => {
  const rows: PlacedWebhook[] = [];
  const endsAt = Date.now() + longestMs;
  let hasMore = false;
  for await (const row of found) {
    hasMore = rows.length === limit;
    if (hasMore || signal.aborted) break;
    rows.push(row);
    hasMore = Date.now() > endsAt;
    if (hasMore) break;
  }
  return { rows: rows.map(withoutPosition), next: hasMore ? (rows.at(-1)?.position ?? null) : null };
};

/** The row as the API has it. */
export const withoutPosition = (placed: PlacedWebhook): WebhookView => {
  const { position, ...row } = placed;
  return position === '' ? placed : row;
};
