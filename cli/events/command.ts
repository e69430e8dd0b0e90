import type { Command } from 'commander';
import { isMessageSid } from '../../lambda/shared/payload/sid';
import { lastDays, mapBounded } from '../clients/dynamodb/recent-entries';
import type { Backend } from '../clients/ports';
import { registerList } from './list-command';
import { registerRepublish } from './republish-command';
import { CliError } from '../terminal/cli-error';
import type { EventDetails } from '../clients/dynamodb/event-view';
import { fieldsText } from '../terminal/table';
import { queryText } from '../clients/dynamodb/message-view';
import { accountSidArgument, jsonOption, wholeNumber } from '../terminal/options';
import type { CommandContext } from '../context';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { jsonText } from '../terminal/terminal-text';
import { cli } from '../terminal/program-name';

interface ShowOptions {
  readonly days: number;
  readonly account?: string;
  readonly json?: true;
}

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

const showHelp = `
Prints everything that is stored of an event, a status or a message: the parameters or the body exactly as they were
received. Its id is in lists, in the lines of tail and in events. With a SID that is not a message's,
prints the events about it.

Exit status: 0 if it was found, 1 if not.

Examples:
  $ ${cli} events show CA0123456789abcdef0123456789abcdef
  $ ${cli} events show 'SM0123456789abcdef0123456789abcdef#delivered#-'
  $ ${cli} events show CA0123456789abcdef0123456789abcdef --json | jq .params
`;

/** A SID that is no message's. Events have ids of their own, and most are about a SID. */
const isOtherSid = (id: string): boolean => /^[A-Z]{2}[0-9a-fA-F]{32}$/.test(id) && !isMessageSid(id);

const maxAbout = 100;

/** The events about a SID, newest first. */
const findAbout = async (
  subject: string,
  accountSids: readonly string[],
  days: number,
  backend: Backend,
  { now }: CommandContext,
): Promise<readonly EventDetails[]> => {
  const query = { ...lastDays(now(), days), accountSids, limit: maxAbout };
  const found = await (await backend.webhooks()).bySubject(subject, query);
  const events = await backend.events();
  const details = await mapBounded(found, 4, ({ id, accountSid }) =>
    events.find(id, accountSid === null ? accountSids : [accountSid]),
  );
  return details.flat();
};

const show = async (id: string, options: ShowOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const backend = await context.openBackend();
  const accounts = await storedAccounts(backend, options.account, context);
  const isSubject = isOtherSid(id);
  const [event, ...others] = isSubject
    ? await findAbout(id, accounts, options.days, backend, context)
    : await (await backend.events()).find(id, accounts);
  if (event === undefined) {
    throw new CliError(
      `Nothing with this ${isSubject ? `subject of the last ${options.days} days (--days)` : 'id'} of ${accountsText(accounts)} is stored at ${backend.target.name}. ` +
        'For an account that is no longer configured, pass --account <AccountSid>.',
      1,
      { reason: 'not_found' },
    );
  }
  if (options.json === true) output.data(jsonText({ ...event, others }));
  else output.data([event, ...others].map((each) => detailsText(each, context)).join('\n\n---\n\n'));
  if (others.length > 0) {
    output.note(
      isSubject
        ? `${others.length + 1} events are about ${id}.`
        : `${others.length + 1} events have this id: from several accounts or sources, or with different content.`,
    );
  }
};

export const registerEvents = (events: Command, context: CommandContext): void => {
  registerList(events, context);
  registerRepublish(events, context);
  events
    .command('show')
    .description('show one event, status or message')
    .argument('<id>', 'as `events list` and `tail` show it, or the SID that events are about')
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .option('--days <n>', 'look back n days for events about a SID', wholeNumber(1, 3650), 30)
    .addOption(jsonOption())
    .addHelpText('after', showHelp)
    .action((id: string, options: ShowOptions) => show(id, options, context));
};
