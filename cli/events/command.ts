import type { Command } from 'commander';
import { registerRepublish } from './republish-command';
import { accountSuffix } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import type { EventDetails, EventView, ListedEvent } from '../clients/dynamodb/event-view';
import { fieldsText, printTable, shortTime } from '../terminal/table';
import { queryText } from '../clients/dynamodb/message-view';
import { accountSidArgument, jsonOption, wholeNumber, wideOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { jsonText } from '../terminal/terminal-text';
import { cli } from '../terminal/program-name';

interface ReadOptions {
  readonly days: number;
  readonly account?: string;
  readonly json?: true;
}
interface ListOptions extends ReadOptions {
  readonly limit: number;
  readonly unrecognized?: true;
  readonly wide?: true;
}

const accountText = (accountSid: string | null): string | null =>
  accountSid === null ? null : accountSuffix(accountSid);

const printList = (events: readonly ListedEvent[], context: CommandContext, wide?: true): void =>
  printTable(
    [
      { head: 'Received', keepWhole: true, short: shortTime, priority: 3 },
      { head: 'Kind', priority: 2 },
      { head: 'Type or reason', maxCharacters: 60, priority: 1 },
      { head: 'Account', priority: 4 },
      { head: 'ID', keepWhole: true },
    ],
    events.map(({ receivedAt, kind, type, reason, accountSid, id }) => [
      receivedAt,
      kind,
      reason ?? type,
      accountText(accountSid),
      id,
    ]),
    context,
    { wide },
  );

/** The documented fields, in this order. */
const listJson = ({ id, kind, type, accountSid, subject, receivedAt, recognized }: ListedEvent): EventView => ({
  id,
  kind,
  type,
  accountSid,
  subject,
  receivedAt,
  recognized,
});

const detailsText = (event: EventDetails, { paint }: CommandContext): string => {
  const sections = [
    fieldsText(
      [
        ['ID', event.id],
        ['Kind', event.kind],
        ...(event.recognized ? [] : ([['Not recognized', event.reason]] as const)),
        ['Type', event.type],
        ['Source', event.source],
        ['Subject', event.subject],
        ['Account', event.accountSid],
        ['Route', event.route],
        ['Received', event.receivedAt],
        ['Query', queryText(event.query)],
      ],
      paint,
    ),
  ];
  if (event.params !== null) {
    sections.push(
      fieldsText(
        Object.entries(event.params).map(([name, value]) => [name, [value].flat().join(', ')]),
        paint,
      ),
    );
  }
  const body = event.payload ?? event.payloadBase64;
  if (body !== null) {
    sections.push(fieldsText([[event.payload === null ? 'Body (Base64)' : 'Body', body]], paint));
  }
  return sections.join('\n\n');
};

const listHelp = `
Usage triggers, Event Streams events, and everything else that is not a message, of all configured accounts, newest
first. An unrecognized event is a genuine webhook that does not have the form its route expects: it is stored as it was
received, with the reason. Times are when the gateway received it (ISO 8601, UTC).

Examples:
  $ ${cli} events list
  $ ${cli} events list --unrecognized --days 7
  $ ${cli} events list --stage prod --json | jq '.[] | select(.recognized | not)'
`;

const showHelp = `
Prints everything that is stored of an event: the parameters or the body exactly as they were received.

Exit status: 0 if it was found, 1 if not.

Examples:
  $ ${cli} events show EZ0123456789abcdef0123456789abcdef
  $ ${cli} events show EZ0123456789abcdef0123456789abcdef --json | jq -r .payload
`;

const list = async (options: ListOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const backend = await context.openBackend();
  const accounts = await storedAccounts(backend, options.account, context);
  const unrecognizedOnly = options.unrecognized === true;
  const events = await (
    await backend.events()
  ).list({
    accountSids: accounts,
    limit: options.limit,
    days: options.days,
    now: context.now(),
    unrecognizedOnly,
  });
  if (options.json === true) output.data(jsonText(events.map(listJson)));
  else if (events.length > 0) printList(events, context, options.wide);
  else output.data('No events');
  if (events.length === 0 || (options.json !== true && events.length < options.limit)) {
    output.note(
      `Looked back ${options.days} days (--days) at the ${unrecognizedOnly ? 'unrecognized ' : ''}events of ` +
        `${accountsText(accounts)} (--account).`,
    );
  }
};

const show = async (id: string, options: ReadOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const backend = await context.openBackend();
  const accounts = await storedAccounts(backend, options.account, context);
  const [event, ...others] = await (
    await backend.events()
  ).find(id, { accountSids: accounts, days: options.days, now: context.now() });
  if (event === undefined) {
    throw new CliError(
      `No event with this id of ${accountsText(accounts)} was received at ${backend.target.name} ` +
        `in the last ${options.days} days (--days, --account).`,
    );
  }
  if (options.json === true) output.data(jsonText({ ...event, others }));
  else output.data([event, ...others].map((each) => detailsText(each, context)).join('\n\n---\n\n'));
  if (others.length > 0) {
    output.note(
      `${others.length + 1} events have this id: from several accounts or sources, or with different content.`,
    );
  }
};

const readOptions = (command: Command): Command =>
  command
    .option('--days <n>', 'look back n days', wholeNumber(1, 3650), 30)
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addOption(jsonOption());

export const registerEvents = (events: Command, context: CommandContext): void => {
  readOptions(
    events
      .command('list')
      .description('list events, newest first')
      .option('--unrecognized', 'only what the gateway could not read')
      .option('--limit <n>', 'at most n events', wholeNumber(1, 100_000), 50)
      .addOption(wideOption()),
  )
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
  registerRepublish(events, context);
  readOptions(events.command('show').description('show one event').argument('<id>', 'as `events list` shows it'))
    .addHelpText('after', showHelp)
    .action((id: string, options: ReadOptions) => show(id, options, context));
};
