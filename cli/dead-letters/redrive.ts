import { CliError } from '../terminal/cli-error';
import { scanDeadLetters } from './dead-letters';
import { type DeadLetterQueue } from '../clients/ports';
import { type MoveTask } from '../clients/ports';
import type { Output } from '../terminal/output';

const pollMilliseconds = 500;
/** SQS lists a new task at once; after this many polls without it, it never will. */
const maxPollsUntilListed = 60;

export interface RedriveDependencies {
  readonly queue: DeadLetterQueue;
  readonly output: Pick<Output, 'note'>;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const isRunning = (task: MoveTask | undefined): boolean =>
  task !== undefined && ['RUNNING', 'CANCELLING'].includes(task.status);

const progress = ({ moved, toMove }: MoveTask): string => `${moved}${toMove === null ? '' : ` of ${toMove}`} moved`;

/** How many messages there are, approximately. The counts may lag, so a zero is checked by a receive. */
export const countDeadLetters = async ({ queue, signal }: RedriveDependencies): Promise<number> => {
  const { visible, inFlight } = await queue.counts();
  if (visible + inFlight > 0) return visible + inFlight;
  const { seen } = await scanDeadLetters(
    queue,
    signal,
    ({ id }) => id,
    () => true,
  );
  return seen.length;
};

/** The running move, whoever started it. SQS allows one at a time. */
export const runningMove = async (queue: DeadLetterQueue): Promise<MoveTask | undefined> => {
  const latest = await queue.latestMove();
  return isRunning(latest) ? latest : undefined;
};

/**
 * Starts a move back to the source queue, or follows the running one, until it ends.
 * @throws CliError if SQS never lists the move
 */
export const redrive = async (
  { queue, output, signal, sleep }: RedriveDependencies,
  maxPerSecond: number | undefined,
): Promise<MoveTask> => {
  const before = await queue.latestMove();
  const follows = isRunning(before);
  // The task that is listed until the new one appears.
  const ended = follows ? undefined : before?.startedAt;
  if (!follows) await queue.startMove(maxPerSecond);
  output.note(
    follows
      ? 'A redrive is already running; following it.'
      : 'Redrive started. Ctrl-C stops following it, but not the move.',
  );
  let reported = '';
  let unlisted = 0;
  while (unlisted < maxPollsUntilListed) {
    const task = await queue.latestMove();
    signal.throwIfAborted();
    if (task === undefined || task.startedAt === ended) {
      unlisted += 1;
    } else if (isRunning(task)) {
      if (progress(task) !== reported) output.note((reported = progress(task)));
    } else {
      return task;
    }
    await sleep(pollMilliseconds);
  }
  throw new CliError('SQS does not list the redrive that was started. Check the queue in the AWS console.');
};

/** Waits, then counts the messages that are in the dead-letter queue (again). */
export const countReturned = async (dependencies: RedriveDependencies, seconds: number): Promise<number> => {
  dependencies.output.note(`Waiting ${seconds} s for messages that return`);
  await dependencies.sleep(seconds * 1000);
  return countDeadLetters(dependencies);
};
