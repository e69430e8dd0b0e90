import type { Command } from 'commander';
import { accountSuffix } from '../target/account-secrets';
import { storedAccounts } from '../target/stored-accounts';
import { accountSidArgument, jsonOption } from '../terminal/options';
import { CliError } from '../terminal/cli-error';
import { jsonText } from '../terminal/terminal-text';
import { cli } from '../terminal/program-name';
import type { CommandContext } from '../context';
import type { Target } from '../target/target';
import { replay } from './replay';

interface ReplayCommandOptions {
  readonly to?: string;
  readonly account?: string;
  readonly yes?: true;
  readonly json?: true;
}

const isConfirmed = async (
  { production, name }: Target,
  { to, yes }: ReplayCommandOptions,
  { confirm, output }: CommandContext,
): Promise<boolean> => {
  if (production !== true || yes === true) return true;
  const receiver = to === undefined ? 'Every handler that has subscribed to the event' : `The handler ${to}`;
  output.note(`${receiver} would run again at ${name}, with all its effects: a reply is sent again.`);
  if (confirm !== undefined && (await confirm('Replay it? [y/N] '))) return true;
  output.note(confirm === undefined ? 'Nothing was replayed: pass --yes to replay it.' : 'Nothing was replayed.');
  return false;
};

const replayOne = async (id: string, options: ReplayCommandOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const backend = await context.openBackend();
  if (!(await isConfirmed(backend.target, options, context))) {
    context.exitWithFailure();
    return;
  }
  const accountSids = await storedAccounts(backend, options.account, context);
  const replayed = await replay(backend, { id, accountSids, handler: options.to });
  if (replayed.kind === 'rejected') throw new CliError(replayed.reason);
  const { eventId, type, accountSid } = replayed;
  output.data(
    options.json === true
      ? jsonText({ eventId, type, accountSid, handler: options.to ?? null })
      : `${type} of account ${accountSuffix(accountSid)} was ` +
          (options.to === undefined ? 'published again' : `put on the queue of the handler ${options.to}`),
  );
};

const help = `
Publishes the event of one stored webhook again. For an incoming message that is message.received, for a message that
you sent its latest status change. The id of a status callback is SID#STATUS#ERROR, with - for no error.

Handlers run for a replay although they have handled the event before: the SQS message of a replay has the attribute
\`replay\`, and a handler records each replay separately. So every effect of a handler happens again: a reply is sent
again, an order is placed again. Other subscribers of the topic get the event again as well. With --to, only this
handler gets it, whatever its filters are; an event of a type that the handler does not take becomes a dead letter.

A production stage asks first; without a terminal it needs --yes.

Exit status: 0 if the event was published, 1 if not.

Examples:
  $ ${cli} replay SM0123456789abcdef0123456789abcdef
  $ ${cli} replay SM0123456789abcdef0123456789abcdef --to Replies
  $ ${cli} replay 'SM0123456789abcdef0123456789abcdef#delivered#-' --stage prod --yes
`;

export const registerReplay = (command: Command, context: CommandContext): void => {
  command
    .argument('<id>', 'a MessageSid, a status of a message, or the id of an event')
    .option('--to <handler>', 'only this handler gets it')
    .option('--account <AccountSid>', 'of this account', accountSidArgument)
    .option('--yes', 'replay without asking')
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((id: string, options: ReplayCommandOptions) => replayOne(id, options, context));
};
