import { Option, type Command } from 'commander';
import { statusChoices } from '../../lambda/shared/reconciliation/find-missing';
import type { CommandContext } from '../context';
import { registerKeySecret } from '../replies/secret-command';
import { propsPlace, cli } from '../terminal/program-name';
import { accountSidArgument, jsonOption, timeArgument } from '../terminal/options';
import { CliError } from '../terminal/cli-error';
import { runReconcile, type ReconcileOptions } from './run-reconcile';

const help = `
Asks Twilio for its list of messages, and compares it with the table. --yes puts what is missing on the event queue, as
the webhooks that never came; handlers run for them, too. A message that is there already is never stored or handled
twice, so the command can be repeated, also after Ctrl-C. Twilio limits the rate of requests: the command then waits.

The account's Auth Token in its secret is used. The local gateway asks its Twilio stand-in.

--json prints { "listed", "missing", "backfilled" }. Exit status: 0 if the lists were compared, even if something was
missing, 1 if not, 2 for a wrong command line.

Examples:
  $ ${cli} reconcile --since 24h --dry-run
  $ ${cli} reconcile --since 24h --yes --stage prod
`;

const secretHelp = `
Stores the API key with which the reconciler of a stage reads Twilio's lists. A Standard key of Twilio is enough. The
keys of other accounts are kept, and a new key of the same account replaces the old one. The key secret is prompted for
without echo on a terminal, else read from standard input; it is never an argument.

Examples:
  $ ${cli} reconcile secret --stage prod --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx \\
      --key-sid SKxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  $ pass twilio/list-key | ${cli} reconcile secret --stage prod --key-sid SKxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
`;

export const registerReconcile = (command: Command, context: CommandContext): void => {
  command
    .option(
      '--since <time>',
      'sent at this time or later: 2026-11-26, 2h, 3d (default: 24h)',
      timeArgument(context.now),
    )
    .option('--until <time>', 'sent before this time (default: now)', timeArgument(context.now))
    .option('--account <sid>', 'one account (default: all of the stage)', accountSidArgument)
    .addOption(
      new Option(
        '--statuses <which>',
        'of which outgoing messages a status can be missing: known are those in the table',
      )
        .choices(statusChoices)
        .default('known'),
    )
    .option('--dry-run', 'only count what is missing')
    .option('--yes', 'backfill what is missing, without a question')
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((options: ReconcileOptions) => runReconcile(options, context));
  registerKeySecret(command, context, {
    description: "store the API key that reads Twilio's lists",
    help: secretHelp,
    secretIdOf: ({ target }) => {
      if (target.reconcilerSecretId !== undefined) return target.reconcilerSecretId;
      throw new CliError(
        `${target.name} has no reconciler. Give its stage \`reconciliation: true\` in ${propsPlace} and deploy.`,
      );
    },
  });
};
