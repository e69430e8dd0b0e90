import { Option, type Command } from 'commander';
import type { CommandContext } from '../context';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { accountSidArgument, addressArgument, jsonOption, wideOption } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { printTable, shortTime } from '../terminal/table';
import { jsonText } from '../terminal/terminal-text';
import type { OptOutView } from './opt-outs';

interface ListOptions {
  readonly account?: string;
  readonly state?: string;
  readonly number?: string;
  readonly json?: true;
  readonly wide?: true;
}

const help = `
Lists who has opted out of messages from which messaging service or number, the latest change first. STOP: the person
gets no messages. START: the person had opted out, and gets messages again. The gateway learns this from OptOutType,
which Twilio sends with Advanced Opt-Out, and from error 21610, with which Twilio refuses a message to somebody who has
opted out. Twilio's own list decides: it also has the people who opted out before you used the gateway, or without
Advanced Opt-Out.

Examples:
  $ ${cli} opt-outs list
  $ ${cli} opt-outs list --number +15550100001
  $ ${cli} opt-outs list --stage prod --state STOP --json | jq -r '.[].person'
`;

/** A number without a channel also finds `whatsapp:` and the number. */
const isAddress = (address: string | null, wanted: string): boolean =>
  address === wanted || (!wanted.includes(':') && address?.endsWith(`:${wanted}`) === true);

const printList = (optOuts: readonly OptOutView[], context: CommandContext, wide?: true): void =>
  printTable(
    [
      { head: 'Changed', keepWhole: true, short: shortTime, priority: 2 },
      { head: 'State' },
      { head: 'Person', maxCharacters: 40 },
      { head: 'Messages from', keepWhole: true, priority: 1 },
      { head: 'Source', priority: 3 },
      { head: 'Message', keepWhole: true, priority: 4 },
    ],
    optOuts.map(({ changedAt, state, person, own, source, messageSid }) => [
      changedAt,
      state,
      person,
      own,
      source,
      messageSid,
    ]),
    context,
    { wide },
  );

const list = async (options: ListOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const { state, number } = options;
  const backend = await context.openBackend();
  const accounts = await storedAccounts(backend, options.account, context);
  const all = await (await backend.optOuts()).list(accounts);
  const optOuts = all.filter(
    (optOut) =>
      (state === undefined || optOut.state === state) && (number === undefined || isAddress(optOut.person, number)),
  );
  if (options.json === true) output.data(jsonText(optOuts));
  else if (optOuts.length > 0) printList(optOuts, context, options.wide);
  else output.data('No opt-outs');
  if (optOuts.length === 0) output.note(`Looked at the opt-outs of ${accountsText(accounts)} (--account).`);
};

export const registerOptOuts = (optOuts: Command, context: CommandContext): void => {
  optOuts
    .command('list')
    .description('list who has opted out, the latest change first')
    .option(
      '--number <address>',
      'only this person; an address without a channel matches every channel',
      addressArgument,
    )
    .addOption(new Option('--state <state>', 'only this state').choices(['STOP', 'START']))
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addOption(wideOption())
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((options: ListOptions) => list(options, context));
};
