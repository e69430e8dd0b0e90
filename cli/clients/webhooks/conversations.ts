import type { ConversationKey, ConversationSummary } from '../../../console/api';
import type { TableReader } from '../dynamodb/table-reader';
import type { WebhookView } from '../webhook-view';
import { findItems, type FoundItem } from './newest';
import { lastOptOuts } from './opt-outs';
import { fits } from './webhook-filter';
import type { ConversationsQuery } from './webhook-reader';

type Direction = ConversationSummary['lastDirection'];

interface Conversation extends Omit<ConversationSummary, 'messages' | 'optOut'> {
  messages: number;
  /** Whether one of its messages fits the filter. */
  isWanted: boolean;
  /** The newest message of the person: its webhook names the messaging service that received it. */
  lastInbound: FoundItem | undefined;
}

const directionOf = ({ direction }: WebhookView): Direction => (direction === 'inbound' ? 'inbound' : 'outbound');

/** The two sides of a message; undefined if an address or the account is not stored. */
const conversationOf = (message: WebhookView): ConversationKey | undefined => {
  const { accountSid, from, to } = message;
  if (accountSid === null || from === null || to === null) return undefined;
  return directionOf(message) === 'inbound'
    ? { accountSid, own: to, person: from }
    : { accountSid, own: from, person: to };
};

/** The messages come newest first, so the first one of a conversation is its last. */
const begin = (key: ConversationKey, message: WebhookView): Conversation => ({
  ...key,
  lastAt: message.receivedAt ?? '',
  lastText: message.body,
  lastDirection: directionOf(message),
  messages: 0,
  isWanted: false,
  lastInbound: undefined,
});

/**
 * The conversations with a message in the period that fits, the latest first. Reads every message of the period,
 * because conversations have no items of their own.
 */
export const conversationSummaries = async (
  table: TableReader,
  query: ConversationsQuery,
): Promise<readonly ConversationSummary[]> => {
  const isWanted = fits(query);
  const conversations = new Map<string, Conversation>();
  const { accountSids, since, until, before } = query;
  const all = { accountSids, since, until, ...(before === undefined ? {} : { before }), kinds: ['message'] as const };
  for await (const found of findItems(table, all, { expected: Infinity })) {
    const message = found.webhook;
    const key = conversationOf(message);
    if (key === undefined) continue;
    const id = JSON.stringify([key.accountSid, key.own, key.person]);
    const conversation = conversations.get(id) ?? begin(key, message);
    conversations.set(id, conversation);
    conversation.messages += 1;
    conversation.isWanted ||= isWanted(message);
    if (directionOf(message) === 'inbound') conversation.lastInbound ??= found;
  }
  const wanted = [...conversations.values()].filter((conversation) => conversation.isWanted).slice(0, query.limit);
  const optOuts = await lastOptOuts(table, wanted);
  return wanted.map(({ accountSid, own, person, lastAt, lastText, lastDirection, messages }, at) => ({
    accountSid,
    own,
    person,
    lastAt,
    lastText,
    lastDirection,
    messages,
    optOut: optOuts[at] ?? null,
  }));
};
