import type { Erasing } from '../clients/ports';
import { createProgress } from '../find/progress';
import type { Target } from '../target/target';
import type { Output } from '../terminal/output';
import { countItems, eraseItems, type ErasedItems, type ItemCounts } from './erase-items';
import { countInQueue, eraseQueue, type QueueResult } from './erase-queue';
import { findItems } from './find-items';
import type { NumberMatcher } from './number-matcher';
import { deadLetterQueuesOf, workQueuesOf, type NamedQueue } from './queues';
import type { Redactor } from './redact';

export interface EraseDependencies {
  readonly target: Target;
  readonly erasing: Erasing;
  readonly matches: NumberMatcher;
  readonly output: Pick<Output, 'note'>;
  readonly signal: AbortSignal;
}

export interface FoundNumber {
  readonly counts: ItemCounts;
  readonly related: number;
  readonly ownMessages: number;
  readonly queues: readonly NamedResult[];
}

export interface ErasedNumber extends ErasedItems {
  readonly queues: readonly NamedResult[];
  /** Messages that wait to be processed, and may have the number. */
  readonly waiting: number;
}

export interface NamedResult extends QueueResult {
  readonly name: string;
}

/** The number of items between two notes about the progress. */
const progressStep = 10_000;

const progressOf = ({ output }: Pick<EraseDependencies, 'output'>) =>
  createProgress((read) => output.note(`${read} items read …`), progressStep);

const inEachQueue = async (
  queues: readonly NamedQueue[],
  look: (url: string) => Promise<QueueResult>,
): Promise<readonly NamedResult[]> => {
  const results: NamedResult[] = [];
  for (const { name, url } of queues) results.push({ name, ...(await look(url)) });
  return results;
};

/** What would be deleted. Changes nothing, except that dead letters are received once more. */
export const findNumber = async (dependencies: EraseDependencies): Promise<FoundNumber> => {
  const { target, erasing, matches, signal } = dependencies;
  const { direct, related, ownMessages } = await findItems(erasing.table, matches, progressOf(dependencies));
  const queues = await inEachQueue(deadLetterQueuesOf(target), (url) =>
    countInQueue(erasing.queue(url), matches, signal),
  );
  return { counts: countItems([...direct, ...related]), related: related.length, ownMessages, queues };
};

/** Deletes from the table and from the dead-letter queues. Run again, it deletes what has come since. */
export const eraseNumber = async (
  dependencies: EraseDependencies,
  redactor: Redactor | undefined,
): Promise<ErasedNumber> => {
  const { target, erasing, matches, output, signal } = dependencies;
  const items = await eraseItems({
    table: erasing.table,
    matches,
    beforeDelete: async (messages) => (await redactor?.redact(messages)) ?? [],
    onRead: progressOf(dependencies),
  });
  output.note('The table was read again. Looking through the dead letters …');
  const queues = await inEachQueue(deadLetterQueuesOf(target), (url) =>
    eraseQueue(erasing.queue(url), matches, signal),
  );
  const counts = await Promise.all(workQueuesOf(target).map(({ url }) => erasing.queue(url).counts()));
  const waiting = counts.reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
  return { ...items, queues, waiting };
};
