import type { Command } from 'commander';
import { CliError } from '../terminal/cli-error';
import { scanDeadLetters, processingFailed, type DeadLetter, type OpenedDeadLetter } from './dead-letters';
import { fieldsText, printTable, shortTime, type Cell } from '../terminal/table';
import { jsonOption, wholeNumber, wideOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { jsonText } from '../terminal/terminal-text';
import { openLetter } from './event-letter';
import { openQueue, queueOption } from './queue-option';
import { registerRedrive } from './redrive-command';
import { isHandlerQueue, receiverOf } from '../target/dead-letter-queues';
import { stageOptionOf } from '../target/target';
import { cli } from '../terminal/program-name';

interface QueueOption {
  readonly queue: string;
}
interface ListOptions extends QueueOption {
  readonly limit?: number;
  readonly wide?: true;
  readonly json?: true;
}
interface ShowOptions extends QueueOption {
  readonly body?: true;
  readonly json?: true;
}
const hint = ({ queue }: QueueOption): string =>
  `processing_failed: the message is well-formed, but the ${receiverOf(queue)} failed to process it. ` +
  'Search its log for the ID to see why.';

const noteHidden = (stillHidden: number, context: CommandContext): void => {
  if (stillHidden > 0) {
    context.output.note(`${stillHidden} messages stay hidden for up to a minute, then become visible again.`);
  }
};

const printList = (letters: readonly DeadLetter[], context: CommandContext, wide?: true): void =>
  printTable(
    [
      { head: 'Sent', keepWhole: true, short: shortTime },
      { head: 'Receives', priority: 2 },
      { head: 'Kind', priority: 3 },
      { head: 'Reason', maxCharacters: 110, minCharacters: 24, priority: 1 },
      // The longest id: CLOUDEVENT# and a hash.
      { head: 'Event', maxCharacters: 75, keepWhole: true, priority: 4 },
      { head: 'ID', keepWhole: true },
    ],
    letters.map((letter) => [
      letter.sentAt,
      letter.receiveCount,
      letter.kind,
      letter.reason,
      letter.eventId,
      letter.id,
    ]),
    context,
    { wide },
  );

const byAge = (a: DeadLetter, b: DeadLetter): number => (a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : 0);

const list = async (options: ListOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const queue = await openQueue(await context.openBackend(), options.queue);
  const { visible } = isHandlerQueue(options.queue) ? await queue.counts() : { visible: 0 };
  const limit = options.limit ?? Infinity;
  const { seen, stillHidden } = await scanDeadLetters(
    queue,
    context.signal,
    (message) => openLetter(options.queue, message).summary,
    (count) => count >= limit,
  );
  noteHidden(stillHidden, context);
  if (seen.length < Math.min(visible, limit)) {
    output.note(
      `${seen.length} of about ${visible} are listed: SQS shows at most ten messages of a conversation. ` +
        'A redrive moves all of them.',
    );
  }
  const letters = seen.toSorted(byAge);
  if (options.json === true) {
    output.data(jsonText(letters));
    return;
  }
  if (letters.length === 0) output.data('No dead letters');
  else printList(letters, context, options.wide);
  if (letters.some(({ reason }) => reason === processingFailed)) output.note(hint(options));
};

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

/** The output of `show`. The body is personal data: only with --body. */
const details = ({ summary, envelope, event, message }: OpenedDeadLetter, withBody: boolean) => {
  const bytes = envelope?.body ?? Buffer.from(message);
  return {
    ...summary,
    route: envelope?.route ?? null,
    accountSid: envelope?.accountSid ?? event?.accountSid ?? null,
    contentType: envelope?.contentType ?? null,
    query: envelope?.query ?? null,
    signedTextHash: envelope?.signedTextHash ?? null,
    receivedAt: envelope?.receivedAt ?? event?.receivedAt ?? null,
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
  const queue = await openQueue(backend, options.queue);
  let found: OpenedDeadLetter | undefined;
  const { stillHidden } = await scanDeadLetters(
    queue,
    context.signal,
    (message) => {
      if (message.id === id) found = openLetter(options.queue, message);
    },
    () => found !== undefined,
  );
  noteHidden(stillHidden, context);
  if (found === undefined) {
    throw new CliError(
      `No dead letter with this id is visible at ${backend.target.name}. ` +
        `\`${cli} dead-letters list${stageOptionOf(backend.target)}\` shows them.`,
      1,
      { reason: 'not_found' },
    );
  }
  const fields = details(found, options.body === true);
  context.output.data(
    options.json === true ? jsonText(fields) : fieldsText(Object.entries<Cell>(fields), context.paint),
  );
  if (options.json !== true && fields.reason === processingFailed) context.output.note(hint(options));
};

const listHelp = `
Receives every visible dead letter, then makes all of them visible again. SQS counts that as a receive; the column
Receives does not include it. Dead letters that are in flight elsewhere are not listed.

Examples:
  $ ${cli} dead-letters list
  $ ${cli} dead-letters list --queue breaker
  $ ${cli} dead-letters list --queue Replies
  $ ${cli} dead-letters list --stage prod --json | jq 'group_by(.reason) | map({reason: .[0].reason, n: length})'
`;
const showHelp = `
The body is the webhook as Twilio sent it, or the event that a handler got, so it may hold a person's message: it is
printed only with --body.

Exit status: 0 if it was found, 1 if not.

Examples:
  $ ${cli} dead-letters show 00000000-0000-4000-8000-000000000000
  $ ${cli} dead-letters show 00000000-0000-4000-8000-000000000000 --body --json
`;
export const registerDeadLetters = (deadLetters: Command, context: CommandContext): void => {
  deadLetters
    .command('list')
    .description('list dead letters, oldest first, with the reason')
    .addOption(queueOption())
    .option('--limit <n>', 'stop after about n', wholeNumber(1, 1_000_000))
    .addOption(wideOption())
    .addOption(jsonOption())
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
  deadLetters
    .command('show')
    .description('show one dead letter')
    .argument('<id>', 'its id in the list')
    .addOption(queueOption())
    .option('--body', 'print the body, too')
    .addOption(jsonOption())
    .addHelpText('after', showHelp)
    .action((id: string, options: ShowOptions) => show(id, options, context));
  registerRedrive(deadLetters, context);
};
