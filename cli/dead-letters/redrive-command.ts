import type { Command } from 'commander';
import { CliError } from '../terminal/cli-error';
import { queueText } from '../target/dead-letter-queues';
import { jsonOption, wholeNumber } from '../terminal/options';
import type { CommandContext } from '../context';
import { countDeadLetters, countReturned, redrive, runningMove, type RedriveDependencies } from './redrive';
import { jsonText } from '../terminal/terminal-text';
import { openQueue, queueOption } from './queue-option';
import { cli } from '../terminal/program-name';

interface RedriveOptions {
  readonly queue: string;
  readonly yes?: true;
  readonly maxPerSecond?: number;
  readonly wait?: number;
  readonly json?: true;
}

/** Whether the operator (or `--yes`) agrees. */
const isAgreed = async (count: number, options: RedriveOptions, context: CommandContext): Promise<boolean> => {
  const rate = options.maxPerSecond === undefined ? '' : `, at most ${options.maxPerSecond} a second`;
  context.output.note(
    `About ${count} ${count === 1 ? 'message' : 'messages'} would move from the dead-letter queue back to the ` +
      `${queueText(options.queue)}${rate}. ` +
      'Messages that still cannot be processed return to the dead-letter queue.',
  );
  if (options.yes === true) return true;
  if (context.confirm === undefined) {
    context.output.note('Nothing was moved: pass --yes to move them.');
    return false;
  }
  if (await context.confirm('Move them? [y/N] ')) return true;
  context.output.note('Nothing was moved.');
  return false;
};

const redriveAll = async (options: RedriveOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const queue = await openQueue(await context.openBackend(), options.queue);
  const dependencies: RedriveDependencies = { ...context, queue };
  if ((await runningMove(queue)) === undefined) {
    const count = await countDeadLetters(dependencies);
    if (count === 0) {
      output.data(
        options.json === true
          ? jsonText({ status: 'NOTHING_TO_DO', moved: 0, returned: null })
          : 'The dead-letter queue is empty: nothing to do',
      );
      return;
    }
    if (!(await isAgreed(count, options, context))) {
      context.exitWithFailure();
      return;
    }
  }
  const task = await redrive(dependencies, options.maxPerSecond);
  const returned = options.wait === undefined ? null : await countReturned(dependencies, options.wait);
  const { status, moved } = task;
  output.data(
    options.json === true
      ? jsonText({ status, moved, returned })
      : `${moved} moved back` +
          (returned === null ? '' : `; ${returned} in the dead-letter queue after ${options.wait ?? 0} s`),
  );
  if (status !== 'COMPLETED') {
    throw new CliError(
      `The redrive ended as ${status}${task.failureReason === null ? '' : `: ${task.failureReason}`}.`,
    );
  }
};

const redriveHelp = `
Moves all dead letters back to the queue they came from. Fix the cause first: see the runbook. Nothing is stored twice,
the breaker does not decide twice, and a handler does not run again for an event that it has handled. Messages of a
handler go to the end of its queue. Without --yes it shows what it would do and asks; without a terminal it moves
nothing.

Exit status: 0 if all was moved or there was nothing to do, 1 if not.

Examples:
  $ ${cli} dead-letters redrive
  $ ${cli} dead-letters redrive --queue breaker
  $ ${cli} dead-letters redrive --queue Replies
  $ ${cli} dead-letters redrive --stage prod --yes --max-per-second 50 --wait 60
`;

export const registerRedrive = (deadLetters: Command, context: CommandContext): void => {
  deadLetters
    .command('redrive')
    .description('move all dead letters back to their queue')
    .addOption(queueOption())
    .option('--yes', 'move without asking')
    // The limit of StartMessageMoveTask, in the SQS API reference.
    .option('--max-per-second <n>', 'move at most n messages per second', wholeNumber(1, 500))
    .option('--wait <seconds>', 'wait afterwards, and show how many messages returned', wholeNumber(1, 3600))
    .addOption(jsonOption())
    .addHelpText('after', redriveHelp)
    .action((options: RedriveOptions) => redriveAll(options, context));
};
