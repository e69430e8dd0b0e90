import type { Command } from 'commander';
import { isMessageSid } from '../../lambda/shared/payload/sid';
import { CliError } from '../terminal/cli-error';
import { accountSidArgument, jsonOption, wholeNumber, wideOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { addMessageFilters, filterOf, type MessageFilterOptions } from '../find/filter-options';
import { addPeriodOptions, periodOf, periodText, type PeriodOptions } from '../find/period';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { jsonText } from '../terminal/terminal-text';
import { detailsText, listCsv, printList } from './message-text';
import { cli } from '../terminal/program-name';

interface ListOptions extends PeriodOptions, MessageFilterOptions {
  readonly limit: number;
  readonly account?: string;
  readonly json?: true;
  readonly csv?: true;
  readonly wide?: true;
}

const listHelp = `
Messages of all configured accounts, newest first. Webhooks carry no time, so times are when the gateway received them
(ISO 8601, UTC). The table fits the terminal: bodies are clipped, columns left out (--wide shows all), and control
characters escaped; --json has the exact values. In --csv a cell that a
spreadsheet would evaluate as a formula begins with a single quote; so do phone numbers (+…), which keeps them text.

An address without a channel, such as +15550100001, also finds whatsapp:+15550100001. With both addresses, as --from and
--to, or --with and one of them, the search uses the index by conversation and is quick however many messages there are.

Examples:
  $ ${cli} messages list
  $ ${cli} messages list --with +15550100001 --since 2026-11-01
  $ ${cli} messages list --status undelivered --since 2h
  $ ${cli} messages list --limit 500 --days 7 --json | jq '.[].body'
  $ ${cli} messages list --stage prod --csv > messages.csv
`;

const showHelp = `
Prints the message with the history of its status callbacks, oldest first, and the parameters that Twilio sent. Searches
every configured account; with --account, only that one, and without reading the account secrets.

Exit status: 0 if it was found, 1 if not, 2 for wrong usage.

Examples:
  $ ${cli} messages show SM0123456789abcdef0123456789abcdef
  $ ${cli} messages show SM0123456789abcdef0123456789abcdef --json | jq .history
`;

const list = async (options: ListOptions, context: CommandContext): Promise<void> => {
  if (options.json === true && options.csv === true) {
    throw new CliError('Choose one of --json and --csv.', 2);
  }
  const { output } = context;
  const period = periodOf(options, context);
  const backend = await context.openBackend();
  const accounts = await storedAccounts(backend, options.account, context);
  const reader = await backend.messages();
  const messages = await reader.list({
    ...filterOf(options),
    ...period,
    accountSids: accounts,
    limit: options.limit,
  });
  if (options.json === true) output.data(jsonText(messages));
  else if (options.csv === true) output.data(listCsv(messages));
  else if (messages.length > 0) printList(messages, context, options);
  else output.data('No messages');
  const isTable = options.json !== true && options.csv !== true;
  if (messages.length === 0 || (isTable && messages.length < options.limit)) {
    output.note(`${periodText(options)} at the messages of ${accountsText(accounts)} (--account).`);
  }
};

interface ShowOptions {
  readonly account?: string;
  readonly json?: true;
}

const show = async (sid: string, options: ShowOptions, context: CommandContext) => {
  if (!isMessageSid(sid)) throw new CliError('A message SID is SM or MM and 32 hexadecimal digits.', 2);
  const backend = await context.openBackend();
  const accounts = await storedAccounts(backend, options.account, context);
  const found = await (await backend.messages()).find(sid, accounts);
  const [message] = found;
  if (message === undefined) {
    throw new CliError(
      `No message ${sid} of ${accountsText(accounts)} is stored at ${backend.target.name}. ` +
        'For an account that is no longer configured, pass --account <AccountSid>.',
      1,
      { reason: 'not_found' },
    );
  }
  if (found.length > 1) {
    throw new CliError(
      `Several accounts have a message ${sid}: ${found.map(({ accountSid }) => accountSid ?? '-').join(', ')}. ` +
        'Choose one with --account <AccountSid>.',
      2,
    );
  }
  context.output.data(options.json === true ? jsonText(message) : detailsText(message, context));
};

export const registerMessages = (messages: Command, context: CommandContext): void => {
  const listing = messages
    .command('list')
    .description('list messages, newest first')
    .option('--limit <n>', 'at most n messages', wholeNumber(1, 100_000), 50);
  addMessageFilters(addPeriodOptions(listing, context))
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addOption(jsonOption())
    .option('--csv', 'print comma-separated values for spreadsheets')
    .addOption(wideOption())
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
  messages
    .command('show')
    .description('show one message with its history')
    .argument('<MessageSid>', 'SM or MM and 32 hexadecimal digits')
    .option('--account <AccountSid>', 'the account of the message', accountSidArgument)
    .addOption(jsonOption())
    .addHelpText('after', showHelp)
    .action((sid: string, options: ShowOptions) => show(sid, options, context));
};
