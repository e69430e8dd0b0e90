import type { EventPage, MessagePage } from '../../api';
import type { MessageDetails } from '../../../cli/clients/dynamodb/message-view';
import type { Target } from '../../../cli/target/target';
import type { ConsoleParts } from '../console-parts';
import { notFound } from '../http/api-problem';
import { optional } from '../http/query';
import { json, read, type Route } from '../http/route';
import { curlCommand } from '../views/curl';
import { eventView, messagePage } from '../views/stored';
import { withoutPosition } from './webhooks';

const dayMs = 86_400_000;
const relatedDays = 30;
const maxRelated = 50;

/** One message with its history, or one other webhook. */
export const storedRoutes = ({ gateway, accounts }: ConsoleParts): readonly Route[] => {
  const accountsFor = async (query: URLSearchParams): Promise<readonly string[]> => {
    const account = optional(query, 'account');
    return account === undefined ? accounts() : [account];
  };
  return [
    read('/api/messages/:sid', async ({ params: { sid = '' }, query }) => {
      const backend = await gateway.backend();
      const [message] = await (await backend.messages()).find(sid, await accountsFor(query));
      if (message === undefined) throw notFound('Nothing is stored about a message with this SID.');
      const page: MessagePage = { ...messagePage(message), curl: curlOf(message, backend.target) };
      return json(page);
    }),
    read('/api/events/:id', async ({ params: { id = '' }, query }) => {
      const backend = await gateway.backend();
      const accountSids = await accountsFor(query);
      const [event, ...others] = await (await backend.events()).find(id, accountSids);
      if (event === undefined) throw notFound('Nothing is stored with this id.');
      const now = gateway.context.now().getTime();
      const about =
        event.subject === null
          ? []
          : await (
              await backend.webhooks()
            ).bySubject(event.subject, {
              accountSids,
              since: new Date(now - relatedDays * dayMs),
              until: new Date(now + dayMs),
              limit: maxRelated,
            });
      const page: EventPage = {
        event: eventView(event),
        related: [...others.map(eventView), ...about.map(withoutPosition).filter((webhook) => webhook.id !== event.id)],
        curl: curlCommand(event, backend.target),
      };
      return json(page);
    }),
  ];
};

/** For a message that you sent, the command sends its last status callback: no other webhook was received. */
const curlOf = (
  { direction, params, query, history }: MessageDetails & { readonly query?: string | null },
  target: Target,
) => {
  const status = history.at(-1);
  return direction === 'inbound' || status === undefined
    ? curlCommand({ route: 'messages', params, query: query ?? null }, target)
    : curlCommand({ ...status, route: 'status' }, target);
};
