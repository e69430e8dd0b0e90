import type { ConversationKey, ConversationSummary } from '../../console/api';
import type { WebhookView } from '../clients/webhook-view';
import type { CommandContext } from '../context';
import { contentText } from '../find/webhook-line';
import { accountSuffix } from '../target/account-secrets';
import { printTable, shortAddress, shortTime } from '../terminal/table';
import { terminalText } from '../terminal/terminal-text';

export const printList = (conversations: readonly ConversationSummary[], context: CommandContext, wide?: true): void =>
  printTable(
    [
      { head: 'Last message', keepWhole: true, short: shortTime },
      { head: 'Person', maxCharacters: 24, short: shortAddress },
      { head: 'Own address', maxCharacters: 24, short: shortAddress, priority: 1 },
      { head: 'Messages', priority: 3 },
      { head: 'Opt-out', priority: 2 },
      { head: 'Last text', maxCharacters: 40, priority: 4 },
      { head: 'Account', priority: 5 },
    ],
    conversations.map(({ lastAt, person, own, messages, optOut, lastDirection, lastText, accountSid }) => [
      lastAt,
      person,
      own,
      messages,
      optOut,
      lastText === null ? null : `${lastDirection === 'inbound' ? '' : '→ '}${lastText}`,
      accountSuffix(accountSid),
    ]),
    context,
    { wide },
  );

/** Twilio's status callbacks have no text, so the text of a message that you sent is not stored. */
const textOf = (message: WebhookView): string => contentText(message) ?? '(text not stored)';

const statusText = ({ direction, status, errorCode }: WebhookView): string => {
  if (direction === 'inbound') return '';
  return errorCode === null ? (status ?? '-') : `${status ?? '-'}, error ${errorCode}`;
};

/** Your messages are indented, the person's are not, as a phone shows them. */
const indent = ' '.repeat(12);

const messageLine = (message: WebhookView, { paint }: CommandContext): string => {
  const time = paint.dim(message.receivedAt?.slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH:MM:SS'.length) ?? '--:--:--');
  const text = terminalText(textOf(message));
  if (message.direction === 'inbound') return `${time}  ${paint.cyan('←')} ${text}`;
  const isFailed = message.status === 'failed' || message.status === 'undelivered';
  const status = terminalText(statusText(message));
  return `${time}  ${indent}→ ${text}  ${(isFailed ? paint.red : paint.dim)(status)}`;
};

/** Messages, oldest first, with a line for each day. */
export const conversationText = (
  { person, own, accountSid }: ConversationKey,
  messages: readonly WebhookView[],
  context: CommandContext,
): string => {
  const sides = `${terminalText(person)} ← → ${terminalText(own)}`;
  const lines = [`${context.paint.bold(sides)}  ${context.paint.dim(`account ${accountSuffix(accountSid)}`)}`];
  let day = '';
  for (const message of messages) {
    const ownDay = message.receivedAt?.slice(0, 'YYYY-MM-DD'.length) ?? '-';
    if (ownDay !== day) lines.push(context.paint.bold(ownDay));
    day = ownDay;
    lines.push(messageLine(message, context));
  }
  return lines.join('\n');
};
