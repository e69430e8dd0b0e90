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
    const reading = boundedReading(signal);
    const reader = await (await gateway.backend()).webhooks();
    const found = reader.newest({
      ...filterOf(query),
      ...periodOf(query, gateway.context.now()),
      accountSids: await accounts(),
      ...(before === undefined ? {} : { before }),
      isEnough: reading.isEnough,
    });
    return json(await pageOf(found, limit, reading));
  }),
];

interface Reading {
  readonly isEnough: (position: string) => boolean;
  /** Where it ended, if the time was up before the period. */
  readonly endedAt: () => string | undefined;
}

const boundedReading = (signal: AbortSignal): Reading => {
  const endsAt = Date.now() + longestMs;
  let ended: string | undefined;
  return {
    isEnough: (position) => {
      if (signal.aborted || Date.now() > endsAt) ended = position;
      return ended !== undefined;
    },
    endedAt: () => ended,
  };
};

/** One more than the page has, to know whether another page follows. */
const pageOf = async (
  found: AsyncIterable<PlacedWebhook>,
  limit: number,
  { endedAt }: Reading,
): Promise<WebhookPage> => {
  const rows: PlacedWebhook[] = [];
  let next: string | undefined;
  for await (const row of found) {
    if (rows.length === limit) {
      next = rows.at(-1)?.position;
      break;
    }
    rows.push(row);
  }
  return { rows: rows.map(withoutPosition), next: next ?? endedAt() ?? null };
};

/** The row as the API has it. */
export const withoutPosition = (placed: PlacedWebhook): WebhookView => {
  const { position, ...row } = placed;
  return position === '' ? placed : row;
};
