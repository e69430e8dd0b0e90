import type { Command } from 'commander';
import { CliError } from '../cli-error';
import {
  lookAtDeadLetters,
  openDeadLetter,
  processingFailed,
  type DeadLetter,
  type OpenedDeadLetter,
} from '../dead-letters';
import { humanFields, humanTable, type Cell } from '../human-table';
import { jsonOption, wholeNumber } from '../options';
import type { CommandContext } from '../ports';
import { countDeadLetters, countReturned, redrive, runningMove, type RedriveDependencies } from '../redrive';
import { jsonText } from '../terminal-text';

interface ListOptions {
  readonly limit?: number;
  readonly json?: true;
}
interface ShowOptions {
  readonly body?: true;
  readonly json?: true;
}
interface RedriveOptions {
  readonly yes?: true;
  readonly maxPerSecond?: number;
  readonly wait?: number;
  readonly json?: true;
}

const consumerHint =
  'processing_failed: the message is sound, the consumer failed on it. Its log says why: search it for the event id.';

const noteHidden = (stillHidden: number, context: CommandContext): void => {
  if (stillHidden > 0) {
    context.output.note(
      `${stillHidden} messages stay hidden for up to a minute, then they are back by themselves.`,
    );
  }
};

const listTable = (letters: readonly DeadLetter[], context: CommandContext): string =>
  humanTable(
    [
      { head: 'Sent' },
      { head: 'Receives' },
      { head: 'Kind' },
      { head: 'Reason', maxCharacters: 110 },
      { head: 'Event', maxCharacters: 64 },
      { head: 'ID' },
    ],
    letters.map((letter) => [
      letter.sentAt,
      letter.receiveCount,
      letter.kind,
      letter.reason,
      letter.eventId,
      letter.id,
    ]),
    context.paint,
  );

const byAge = (a: DeadLetter, b: DeadLetter): number =>
  a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : 0;

const list = async (options: ListOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const queue = await (await context.openBackend()).deadLetters();
  const limit = options.limit ?? Infinity;
  const { seen, stillHidden } = await lookAtDeadLetters(
    queue,
    context.signal,
    (message) => openDeadLetter(message).summary,
    (count) => count >= limit,
  );
  noteHidden(stillHidden, context);
  const letters = seen.toSorted(byAge);
  if (options.json === true) {
    output.data(jsonText(letters));
    return;
  }
  output.data(letters.length === 0 ? 'No dead letters' : listTable(letters, context));
  if (letters.some(({ reason }) => reason === processingFailed)) output.note(consumerHint);
};

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

/** What `show` prints. The body is a person's message: only on request. */
const details = ({ summary, envelope, message }: OpenedDeadLetter, withBody: boolean) => {
  const bytes = envelope?.body ?? Buffer.from(message);
  return {
    ...summary,
    route: envelope?.route ?? null,
    accountSid: envelope?.accountSid ?? null,
    contentType: envelope?.contentType ?? null,
    query: envelope?.query ?? null,
    receivedAt: envelope?.receivedAt ?? null,
    requestId: envelope?.requestId ?? null,
    tokenSlot: envelope?.tokenSlot ?? null,
    idempotencyToken: envelope?.idempotencyToken ?? null,
    bodyBytes: bytes.length,
    ...(withBody
      ? {
          body: bytes.toString(isText(bytes) ? 'utf8' : 'base64'),
          bodyEncoding: isText(bytes) ? 'utf8' : 'base64',
        }
      : {}),
  };
};

const show = async (id: string, options: ShowOptions, context: CommandContext): Promise<void> => {
  const backend = await context.openBackend();
  const queue = await backend.deadLetters();
  let found: OpenedDeadLetter | undefined;
  const { stillHidden } = await lookAtDeadLetters(
    queue,
    context.signal,
    (message) => {
      if (message.id === id) found = openDeadLetter(message);
    },
    () => found !== undefined,
  );
  noteHidden(stillHidden, context);
  if (found === undefined) {
    throw new CliError(
      `No dead letter with this id is visible at ${backend.target.name}. \`npx gateway dead-letters list\` shows them.`,
    );
  }
  const shown = details(found, options.body === true);
  context.output.data(
    options.json === true ? jsonText(shown) : humanFields(Object.entries<Cell>(shown), context.paint),
  );
  if (options.json !== true && shown.reason === processingFailed) context.output.note(consumerHint);
};

/** Whether to go on, after the person (or `--yes`) has agreed. */
const isAgreed = async (
  count: number,
  options: RedriveOptions,
  context: CommandContext,
): Promise<boolean> => {
  const rate = options.maxPerSecond === undefined ? '' : `, at most ${options.maxPerSecond} a second`;
  context.output.note(
    `About ${count} ${count === 1 ? 'message' : 'messages'} would move from the dead-letter queue back to the event ` +
      `queue${rate}. What cannot be processed still comes back.`,
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
  const queue = await (await context.openBackend()).deadLetters();
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
      : `${moved} moved back${returned === null ? '' : `; ${returned} in the dead-letter queue after ${options.wait ?? 0} s`}`,
  );
  if (status !== 'COMPLETED') {
    throw new CliError(
      `The redrive ended as ${status}${task.failureReason === null ? '' : `: ${task.failureReason}`}.`,
    );
  }
};

const listHelp = `
Receives every visible dead letter, then makes all of them visible again. A look counts as a receive at SQS; the
column Receives leaves this one out. A letter that somebody else is just receiving is not seen.

Examples:
  $ npx gateway dead-letters list
  $ npx gateway dead-letters list --stage prod --json | jq 'group_by(.reason) | map({reason: .[0].reason, n: length})'
`;
const showHelp = `
The body is the webhook as Twilio sent it, people's messages included: it is printed only with --body.

Exit status: 0 if it was found, 1 if not.

Examples:
  $ npx gateway dead-letters show 00000000-0000-4000-8000-000000000000
  $ npx gateway dead-letters show 00000000-0000-4000-8000-000000000000 --body --json
`;
const redriveHelp = `
Moves all dead letters back to the event queue. Repair the cause first: see the runbook. Storing is idempotent, so what
was stored already is not stored twice. Without --yes it says what it would do and asks; where nobody can be asked,
it moves nothing.

Exit status: 0 if all was moved or there was nothing to do, 1 if not.

Examples:
  $ npx gateway dead-letters redrive
  $ npx gateway dead-letters redrive --stage prod --yes --max-per-second 50 --wait 60
`;

export const registerDeadLetters = (program: Command, context: CommandContext): void => {
  const deadLetters = program
    .command('dead-letters')
    .description('look at what could not be processed, and move it back');
  deadLetters
    .command('list')
    .description('list dead letters, oldest first, with the reason')
    .option('--limit <n>', 'stop after about so many', wholeNumber(1, 1_000_000))
    .addOption(jsonOption())
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
  deadLetters
    .command('show')
    .description('show one dead letter')
    .argument('<id>', 'its id in the list')
    .option('--body', 'print the body, too')
    .addOption(jsonOption())
    .addHelpText('after', showHelp)
    .action((id: string, options: ShowOptions) => show(id, options, context));
  deadLetters
    .command('redrive')
    .description('move all dead letters back to the event queue')
    .option('--yes', 'move without asking')
    // SQS allows no more: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    .option('--max-per-second <n>', 'spare the consumer', wholeNumber(1, 500))
    .option('--wait <seconds>', 'then wait, and tell how many came back', wholeNumber(1, 3600))
    .addOption(jsonOption())
    .addHelpText('after', redriveHelp)
    .action((options: RedriveOptions) => redriveAll(options, context));
};
