import type { ConversationKey, ConversationList, ConversationPage } from '../../api';
import type { ConsoleParts } from '../console-parts';
import { filterOf, optional, periodOf, required, wholeNumber } from '../http/query';
import { json, read, type Route } from '../http/route';
import { readReplies, type Reply } from '../views/replies';

/** The list of conversations reads every message of the period. */
const listTimeoutMs = 18_000;

export const conversationRoutes = ({ gateway, accounts }: ConsoleParts): readonly Route[] => [
  read(
    '/api/conversations',
    async ({ query }) => {
      const reader = await (await gateway.backend()).webhooks();
      const conversations = await reader.conversations({
        ...filterOf(query),
        ...periodOf(query, gateway.context.now()),
        accountSids: await accounts(),
        limit: wholeNumber(query, 'limit', { least: 1, most: 500, otherwise: 100 }),
      });
      const list: ConversationList = { conversations };
      return json(list);
    },
    { timeoutMs: listTimeoutMs },
  ),
  read('/api/conversation', async ({ query }) => {
    const key: ConversationKey = {
      accountSid: required(query, 'account'),
      own: required(query, 'own'),
      person: required(query, 'person'),
    };
    const before = optional(query, 'before');
    const limit = wholeNumber(query, 'limit', { least: 1, most: 500, otherwise: 100 });
    const backend = await gateway.backend();
    const { messages, before: older } = await (
      await backend.webhooks()
    ).conversation(key, { limit, ...(before === undefined ? {} : { before }) });
    const page: ConversationPage = {
      messages,
      replies: (await readReplies(backend))
        .filter((reply) => isOf(reply, key))
        .map(({ sid, at, body, status }) => ({ sid, at, body, status })),
      before: older,
    };
    return json(page);
  }),
];

const isOf = ({ from, to }: Reply, { own, person }: ConversationKey): boolean => from === own && to === person;
