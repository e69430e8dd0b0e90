import type { Command } from 'commander';
import type { CommandContext } from '../context';
import { addPeriodOptions, periodOf, periodText, type PeriodOptions } from '../find/period';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { accountSidArgument, addressArgument, jsonOption, wholeNumber, wideOption } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { jsonText } from '../terminal/terminal-text';
import { printList } from './conversation-text';
import { registerShow } from './show-command';

interface ListOptions extends PeriodOptions {
  readonly limit: number;
  readonly with?: string;
  readonly search?: string;
  readonly account?: string;
  readonly json?: true;
  readonly wide?: true;
}

const list = async (options: ListOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const period = periodOf(options, context);
  const backend = await context.openBackend();
  const accountSids = await storedAccounts(backend, options.account, context);
  const { limit, search, with: either } = options;
  const conversations = await (
    await backend.webhooks()
  ).conversations({
    ...period,
    accountSids,
    limit,
    ...(search !== undefined && { search }),
    ...(either !== undefined && { with: either }),
  });
  if (options.json === true) output.data(jsonText(conversations));
  else if (conversations.length > 0) printList(conversations, context, options.wide);
  else output.data('No conversations');
  if (conversations.length === 0 || (options.json !== true && conversations.length < limit)) {
    output.note(`${periodText(options)} at the messages of ${accountsText(accountSids)} (--account).`);
  }
};

const listHelp = `
A conversation is all messages between one of your addresses and the address of a person. Lists the conversations with
a message in the period, the latest first, with the number of messages in the period and the person's last STOP or
START, if one is known. --search finds conversations in which a message has the text.

Examples:
  $ ${cli} conversations list
  $ ${cli} conversations list --since 2h --stage prod
  $ ${cli} conversations list --search 'order 17' --json | jq '.[].person'
`;

export const registerConversations = (conversations: Command, context: CommandContext): void => {
  const command = conversations
    .command('list')
    .description('list conversations, the latest first')
    .option('--limit <n>', 'at most n conversations', wholeNumber(1, 10_000), 50)
    .option('--with <address>', 'with this address, of a person or your own', addressArgument)
    .option('--search <text>', 'in which a message has this text; case does not matter');
  addPeriodOptions(command, context)
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addOption(jsonOption())
    .addOption(wideOption())
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
  registerShow(conversations, context);
};
