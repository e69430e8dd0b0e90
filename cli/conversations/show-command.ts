import type { Command } from 'commander';
import type { ConversationKey } from '../../console/api';
import { addressesOf } from '../clients/webhooks/webhook-filter';
import type { ConversationMessages, WebhookReader } from '../clients/webhooks/webhook-reader';
import type { CommandContext } from '../context';
import { addPeriodOptions, periodOf, periodText, type PeriodOptions } from '../find/period';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { CliError } from '../terminal/cli-error';
import { accountSidArgument, addressArgument, jsonOption, wholeNumber } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { jsonText } from '../terminal/terminal-text';
import { conversationText } from './conversation-text';

interface ShowOptions extends PeriodOptions {
  readonly own?: string;
  readonly limit: number;
  readonly account?: string;
  readonly json?: true;
}

type Conversation = ConversationKey & ConversationMessages;

/** A person's conversations in the period, when the own address is not given. */
const findKeys = async (
  reader: WebhookReader,
  person: string,
  accountSids: readonly string[],
  period: { readonly since: Date; readonly until: Date },
): Promise<readonly ConversationKey[]> => {
  const query = { ...period, accountSids, kinds: ['message'] as const, with: person, limit: 100 };
  const found = await reader.conversations(query);
  const addresses = addressesOf(person);
  return found.filter((conversation) => addresses.includes(conversation.person));
};

/** Both sides of a message are in the same channel. */
const keysOf = (person: string, own: string, accountSids: readonly string[]): readonly ConversationKey[] => {
  const [persons, owns] = [addressesOf(person), addressesOf(own)];
  const isPair = persons.length === owns.length;
  return accountSids.flatMap((accountSid) =>
    isPair
      ? persons.map((address, at) => ({ accountSid, person: address, own: owns[at] ?? own }))
      : persons.flatMap((address) => owns.map((each) => ({ accountSid, person: address, own: each }))),
  );
};

const readAll = async (
  reader: WebhookReader,
  keys: readonly ConversationKey[],
  limit: number,
): Promise<readonly Conversation[]> => {
  const found: Conversation[] = [];
  for (const { accountSid, own, person } of keys) {
    const key = { accountSid, own, person };
    found.push({ ...key, ...(await reader.conversation(key, { limit })) });
  }
  return found.filter(({ messages }) => messages.length > 0);
};

const show = async (person: string, options: ShowOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const period = periodOf(options, context);
  const backend = await context.openBackend();
  const accountSids = await storedAccounts(backend, options.account, context);
  const reader = await backend.webhooks();
  const keys =
    options.own === undefined
      ? await findKeys(reader, person, accountSids, period)
      : keysOf(person, options.own, accountSids);
  const conversations = await readAll(reader, keys, options.limit);
  if (conversations.length === 0) {
    throw new CliError(
      `No conversation with ${person} is stored at ${backend.target.name}, account ${accountsText(accountSids)}. ` +
        (options.own === undefined ? `${periodText(options)}; --own <address> finds older ones.` : ''),
      1,
      { reason: 'not_found' },
    );
  }
  if (options.json === true) {
    output.data(
      jsonText(
        conversations.map(({ accountSid, own, person: side, messages, before }) => ({
          accountSid,
          own,
          person: side,
          messages,
          hasOlder: before !== null,
        })),
      ),
    );
  } else {
    output.data(conversations.map((each) => conversationText(each, each.messages, context)).join('\n\n'));
  }
  if (conversations.some(({ before }) => before !== null)) {
    output.note(`There are older messages: --limit shows more than ${options.limit}.`);
  }
};

const showHelp = `
Prints the latest messages with a person, oldest first: the person's on the left, your own indented, with their status.
Twilio's status callbacks have no text, so a message that was sent through Twilio's API has none here. With --own the
messages are found at once, whatever their age; without it, the conversations of the last days (--days) are searched.
Times are when the gateway received a message (UTC).

Exit status: 0 if there is a conversation, 1 if not.

Examples:
  $ ${cli} conversations show +15550100001
  $ ${cli} conversations show +15550100001 --own +15550100002 --limit 200
  $ ${cli} conversations show whatsapp:+15550100001 --json | jq '.[].messages[].body'
`;

export const registerShow = (conversations: Command, context: CommandContext): void => {
  const command = conversations
    .command('show')
    .description('show the messages with a person')
    .argument('<address>', 'the phone number or address of the person', addressArgument)
    .option('--own <address>', 'your own address in the conversation', addressArgument)
    .option('--limit <n>', 'at most the n latest messages of each conversation', wholeNumber(1, 10_000), 50);
  addPeriodOptions(command, context)
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addOption(jsonOption())
    .addHelpText('after', showHelp)
    .action((person: string, options: ShowOptions) => show(person, options, context));
};
