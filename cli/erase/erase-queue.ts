import type { ErasableQueue } from '../clients/sqs/erasable-queue';
import type { NumberMatcher } from './number-matcher';

export interface QueueResult {
  /** Messages with the number. */
  readonly matched: number;
  /** Of these, how many are still in the queue. */
  readonly left: number;
  /** How many messages could not be looked at: SQS hides them, or another program has received them. */
  readonly unseen: number;
  /** How many messages could not be made visible again before their timeout. */
  readonly stillHidden: number;
}

/** After so many receives in a row without a new message, every visible message was seen. */
const maxIdleReceives = 3;
const maxRounds = 3;

/**
 * Receives every message of a queue, deletes those that have the number, and makes the others visible again, also on
 * interruption.
 * @param remove whether to delete; otherwise it only counts
 */
const lookOnce = async (
  queue: ErasableQueue,
  matches: NumberMatcher,
  remove: boolean,
  signal: AbortSignal,
): Promise<QueueResult> => {
  const before = await queue.counts();
  const seen = new Set<string>();
  const handles = new Map<string, string>();
  let [matched, left, idle] = [0, 0, 0];
  let stillHidden = 0;
  try {
    while (idle < maxIdleReceives) {
      const messages = await queue.receive();
      if (messages.length === 0) break;
      // Only the latest handle of a message is valid.
      for (const { id, receiptHandle } of messages) handles.set(id, receiptHandle);
      const unknown = messages.filter(({ id }) => !seen.has(id));
      idle = unknown.length > 0 ? 0 : idle + 1;
      const found = messages.filter(({ texts }) => texts.some(matches));
      matched += unknown.filter((message) => found.includes(message)).length;
      for (const { id } of unknown) seen.add(id);
      if (found.length > 0 && remove) {
        const failed = await queue.remove(found.map(({ receiptHandle }) => receiptHandle));
        left += failed;
        // A message that is deleted has no visibility to change.
        if (failed === 0) for (const { id } of found) handles.delete(id);
      } else if (!remove) {
        left += unknown.filter((message) => found.includes(message)).length;
      }
      signal.throwIfAborted();
    }
  } finally {
    stillHidden = await queue.release([...handles.values()]);
  }
  return { matched, left, unseen: Math.max(0, before.visible - seen.size) + before.inFlight, stillHidden };
};

/** Counts the messages that have the number. */
export const countInQueue = (queue: ErasableQueue, matches: NumberMatcher, signal: AbortSignal): Promise<QueueResult> =>
  lookOnce(queue, matches, false, signal);

/** Deletes the messages that have the number, and looks again until none is left. */
export const eraseQueue = async (
  queue: ErasableQueue,
  matches: NumberMatcher,
  signal: AbortSignal,
): Promise<QueueResult> => {
  let [matched, unseen] = [0, Infinity];
  for (let round = 1; ; round += 1) {
    const result = await lookOnce(queue, matches, true, signal);
    matched += result.matched;
    // The counts of SQS lag behind deletions, so a later round can see too many.
    unseen = Math.min(unseen, result.unseen);
    if (result.matched === 0 || round === maxRounds) return { ...result, matched, unseen };
  }
};
