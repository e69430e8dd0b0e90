import { Option, type Command } from 'commander';
import type { WebhookFilter, WebhookKind, WebhookView } from '../clients/webhook-view';
import { take } from '../clients/webhooks/newest';
import type { CommandContext } from '../context';
import { addEventFilters, filterOf, type EventFilterOptions } from '../find/filter-options';
import { addPeriodOptions, periodOf, periodText, type PeriodOptions } from '../find/period';
import { accountSuffix } from '../target/account-secrets';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { accountSidArgument, jsonOption, wholeNumber, wideOption } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { printTable, shortTime } from '../terminal/table';
import { jsonText } from '../terminal/terminal-text';

interface ListOptions extends PeriodOptions, EventFilterOptions {
  readonly limit: number;
  readonly unrecognized?: true;
  readonly search?: string;
  readonly account?: string;
  readonly wide?: true;
  readonly json?: true;
}

/** Messages are in `messages list`, and each has its statuses there. */
const usualKinds: readonly WebhookKind[] = ['usage', 'event', 'unrecognized'];

const filterOfList = (options: ListOptions): WebhookFilter => {
  const filter = filterOf(options);
  if (options.unrecognized === true) return { ...filter, kinds: ['unrecognized'] };
  // Who asks about a SID wants everything about it.
  const isAboutOne = filter.subject !== undefined || filter.kinds !== undefined;
  return isAboutOne ? filter : { ...filter, kinds: usualKinds };
};

const printList = (events: readonly WebhookView[], context: CommandContext, wide?: true): void =>
  printTable(
    [
      { head: 'Received', keepWhole: true, short: shortTime, priority: 2 },
      { head: 'Kind', priority: 3 },
      { head: 'Type or reason', maxCharacters: 60, priority: 1 },
      { head: 'Subject', keepWhole: true },
      { head: 'Account', priority: 4 },
      // Most have a hash of 64 digits: `--wide` and `--json` have them, and `events show` takes the subject as well.
      { head: 'ID', keepWhole: true, priority: 5 },
    ],
    events.map(({ receivedAt, kind, type, reason, subject, accountSid, id }) => [
      receivedAt,
      kind,
      reason ?? type,
      subject,
      accountSid === null ? null : accountSuffix(accountSid),
      id,
    ]),
    context,
    { wide },
  );

/** The documented fields, in this order. */
const listJson = ({ id, kind, type, accountSid, subject, receivedAt, recognized }: WebhookView) => ({
  id,
  kind,
  type,
  accountSid,
  subject,
  receivedAt,
  recognized,
});

const listHelp = `
Usage triggers, Event Streams events, and everything else that is not a message, of all configured accounts, newest
first. Messages and their statuses are listed with --kind message,status, and with --subject. An unrecognized event is a
genuine webhook that does not have the form its route expects: it is stored as it was received, with the reason. Times
are when the gateway received it (ISO 8601, UTC).

Examples:
  $ ${cli} events list
  $ ${cli} events list --unrecognized --days 7
  $ ${cli} events list --type call. --since 2h
  $ ${cli} events list --subject CA0123456789abcdef0123456789abcdef
  $ ${cli} events list --stage prod --json | jq '.[] | select(.recognized | not)'
`;

const list = async (options: ListOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const period = periodOf(options, context);
  const backend = await context.openBackend();
  const accountSids = await storedAccounts(backend, options.account, context);
  const reader = await backend.webhooks();
  const query = { ...filterOfList(options), ...period, accountSids };
  const { limit, subject } = options;
  const events = await (subject === undefined
    ? take(reader.newest(query), limit)
    : reader.bySubject(subject, { ...query, limit }));
  if (options.json === true) output.data(jsonText(events.map(listJson)));
  else if (events.length > 0) printList(events, context, options.wide);
  else output.data('No events');
  if (events.length === 0 || (options.json !== true && events.length < limit)) {
    output.note(
      `${periodText(options)} at the ${options.unrecognized === true ? 'unrecognized ' : ''}events of ` +
        `${accountsText(accountSids)} (--account).`,
    );
  }
};

export const registerList = (events: Command, context: CommandContext): void => {
  const command = events
    .command('list')
    .description('list events, newest first')
    .addOption(new Option('--unrecognized', 'only what the gateway could not read').conflicts('kind'))
    .option('--limit <n>', 'at most n events', wholeNumber(1, 100_000), 50);
  addEventFilters(addPeriodOptions(command, context))
    .option('--search <text>', 'with this text in any field, in capitals or not')
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addOption(wideOption())
    .addOption(jsonOption())
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
};
