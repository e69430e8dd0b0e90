import type { Command } from 'commander';
import type { CommandContext } from '../context';
import { createProgress } from '../find/progress';
import { CliError } from '../terminal/cli-error';
import { jsonOption, timeArgument } from '../terminal/options';
import { jsonText } from '../terminal/terminal-text';
import { republish } from './republish';
import { cli, propsPlace } from '../terminal/program-name';

interface RepublishOptions {
  readonly since: string;
  readonly until?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const republishAll = async (options: RepublishOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const backend = await context.openBackend();
  const { publishing, target } = backend;
  if (publishing === undefined) {
    throw new CliError(
      `No events are published at ${target.name}. Give its stage \`events: true\` in ${propsPlace}, or register a ` +
        'handler in lib/handlers.ts.',
    );
  }
  const range = { since: options.since, until: options.until ?? context.now().toISOString() };
  if (range.since >= range.until) throw new CliError('--since must be before --until, and not in the future.', 2);
  output.note(`Looking for what was stored at ${target.name} from ${range.since} to ${range.until} …`);
  const { stored, publish } = await publishing();
  const noteFound = createProgress((count) => output.note(`${count} items found …`));
  const keys = await stored.keys(range, noteFound);
  if (options.dryRun === true) {
    output.data(options.json === true ? jsonText({ items: keys.length, published: 0 }) : dryRunText(keys.length));
    return;
  }
  const { published, failedAt } = await republish(keys, {
    payload: target.eventPayload ?? 'full',
    stored,
    publish,
    onProgress: createProgress((count) => output.note(`${count} events published …`)),
  });
  output.data(
    options.json === true ? jsonText({ items: keys.length, published }) : `${published} events published again`,
  );
  if (failedAt !== undefined) {
    throw new CliError(`SNS did not accept the next event. Continue with --since ${failedAt}.`);
  }
};

const dryRunText = (items: number): string => `${items} items were found. Nothing was published (--dry-run).`;

const republishHelp = `
Publishes the events of stored messages, statuses and other items again, oldest first, with their original ids.
A handler ignores events that it has handled in the last 30 days. The command reads the whole table, which costs one
read unit per 8 KB. For a message that was sent, each status callback is published, but only the latest status change.

Use the command if events could not be published for a day, or to send earlier events to a new handler.

Exit status: 0 if all events were published, 1 if not.

Examples:
  $ ${cli} events republish --since 2026-11-26T08:00:00Z --dry-run
  $ ${cli} events republish --since 2026-11-26 --until 2026-11-27 --stage prod
`;

export const registerRepublish = (events: Command, context: CommandContext): void => {
  events
    .command('republish')
    .description('publish the events of stored items again')
    .requiredOption('--since <time>', 'what was stored at this time or later (ISO 8601)', timeArgument(context.now))
    .option('--until <time>', 'what was stored before this time (default: now)', timeArgument(context.now))
    .option('--dry-run', 'only count the items')
    .addOption(jsonOption())
    .addHelpText('after', republishHelp)
    .action((options: RepublishOptions) => republishAll(options, context));
};
