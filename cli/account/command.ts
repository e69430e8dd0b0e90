import type { Command } from 'commander';
import type { CommandContext } from '../context';
import { cli } from '../terminal/program-name';
import { jsonOption, timeArgument } from '../terminal/options';
import { runAccount, type AccountOptions } from './run-account';

const help = `
Counts the webhooks of a period in independent places: API Gateway, the metrics of the functions, the table, the queues
and Twilio's list. Every webhook that was received must be refused, stored, a duplicate, a dead letter, or still on its
way, and every event that was sent to a handler must be handled. docs/account.md explains each figure and each sum.

The command waits some seconds for what is on its way. It reads every row of the period, and Twilio's list of messages.
Of a deployed stage the last three minutes are left out, because CloudWatch does not have them yet.

--json prints { "received", "refused": { reason: count }, "accepted", "stored", "duplicates", "unrecognized",
"published", "handled", "dead", "backfilled", "missing", "agrees" }; "missing" is null if Twilio could not be asked.
Exit status: 0 if the sums agree, 1 if not, 2 for a wrong command line.

Examples:
  $ ${cli} account --since 24h
  $ ${cli} account --since 7d --stage prod --json
`;

export const registerAccount = (command: Command, context: CommandContext): void => {
  command
    .option(
      '--since <time>',
      'received at this time or later: 2026-11-26, 2h, 3d (default: 24h)',
      timeArgument(context.now),
    )
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((options: AccountOptions) => runAccount(options, context));
};
