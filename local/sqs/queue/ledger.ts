import type { Message } from './message';
import { createDeduplication, type Deduplication } from './deduplication';
import { createQueueMessages, type QueueMessages } from './queue-messages';

/** A change to messages, as stored in the journal. Queues are identified by name. */
export type Change =
  | { readonly type: 'send'; readonly queue: string; readonly message: Message }
  | {
      readonly type: 'receive';
      readonly queue: string;
      readonly ids: readonly string[];
      readonly atMs: number;
    }
  /** On a FIFO queue: remembers a sent message for deduplication, also after it was deleted. */
  | {
      readonly type: 'sent';
      readonly queue: string;
      readonly key: string;
      readonly id: string;
      readonly sequenceNumber: string;
      readonly atMs: number;
    }
  | { readonly type: 'delete'; readonly queue: string; readonly ids: readonly string[] }
  | { readonly type: 'purge'; readonly queue: string }
  | {
      readonly type: 'deadLetter';
      readonly queue: string;
      readonly id: string;
      readonly to: string;
      readonly sourceArn: string;
    }
  | {
      readonly type: 'redrive';
      readonly queue: string;
      readonly id: string;
      readonly to: string;
      readonly newId: string;
      /** On a FIFO queue: the message follows those that are there. */
      readonly sequenceNumber?: string;
      readonly atMs: number;
    };

/** The messages of all queues. `apply` takes the changes of this run and those replayed from the journal. */
export interface Ledger {
  readonly messagesOf: (queue: string) => QueueMessages;
  readonly deduplicationOf: (queue: string) => Deduplication;
  readonly apply: (change: Change) => void;
  readonly snapshot: () => Iterable<Change>;
}

export const createLedger = (now: () => number): Ledger => {
  const queues = new Map<string, QueueMessages>();
  const deduplications = new Map<string, Deduplication>();
  const deduplicationOf = (queue: string): Deduplication => {
    const known = deduplications.get(queue) ?? createDeduplication();
    deduplications.set(queue, known);
    return known;
  };
  // The journal may name a queue that is no longer in the template: its messages are kept in case the queue returns.
  const messagesOf = (queue: string): QueueMessages => {
    const known = queues.get(queue);
    if (known !== undefined) return known;
    const messages = createQueueMessages(isFifoName(queue));
    queues.set(queue, messages);
    return messages;
  };
  const move = (change: Change & { readonly id: string; readonly to: string }, into: (from: Message) => Message) => {
    const from = messagesOf(change.queue);
    const message = from.get(change.id);
    if (message === undefined) return;
    from.remove(message);
    messagesOf(change.to).add(into(message), now());
  };

  return {
    messagesOf,
    deduplicationOf,
    apply: (change) => {
      const messages = messagesOf(change.queue);
      switch (change.type) {
        case 'send':
          messages.add({ ...change.message }, now());
          break;
        case 'sent':
          deduplicationOf(change.queue).remember(change);
          break;
        case 'receive':
          for (const id of change.ids) recordReceive(messages.get(id), change.atMs);
          break;
        case 'delete':
          for (const id of change.ids) {
            const message = messages.get(id);
            if (message !== undefined) messages.remove(message);
          }
          break;
        case 'purge':
          messages.clear();
          break;
        case 'deadLetter':
          move(change, (from) => deadLetterOf(from, change.sourceArn));
          break;
        case 'redrive':
          move(change, (from) => redrivenOf(from, change));
          break;
      }
    },
    *snapshot() {
      for (const [queue, messages] of queues) {
        for (const message of messages.all()) {
          yield { type: 'send', queue, message: { ...message, lastReceivedAtMs: undefined } };
        }
      }
      for (const [queue, deduplication] of deduplications) {
        for (const sent of deduplication.all(now())) yield { type: 'sent', queue, ...sent };
      }
    },
  };
};

const recordReceive = (message: Message | undefined, atMs: number): void => {
  if (message === undefined) return;
  message.receiveCount += 1;
  message.firstReceivedAtMs ??= atMs;
  message.lastReceivedAtMs = atMs;
};

/**
 * A dead letter of a standard queue is the same message: id, times and count stay.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
const deadLetterOf = (message: Message, sourceArn: string): Message => ({
  ...contentOf(message),
  id: message.id,
  sentAtMs: message.sentAtMs,
  deadLetterSourceArn: sourceArn,
  receiveCount: message.receiveCount,
  receivedBefore: message.receiveCount,
  ...(message.firstReceivedAtMs === undefined ? {} : { firstReceivedAtMs: message.firstReceivedAtMs }),
});

/**
 * A redriven message is a new one, with a new id, a new time (so a new retention period) and no receives.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
const redrivenOf = (
  message: Message,
  { newId, sequenceNumber, atMs }: Extract<Change, { readonly type: 'redrive' }>,
): Message => ({
  ...contentOf(message),
  ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
  id: newId,
  sentAtMs: atMs,
  receiveCount: 0,
  receivedBefore: 0,
});

/** Only the names of FIFO queues end in `.fifo`. */
export const isFifoName = (queue: string): boolean => queue.endsWith('.fifo');

const contentOf = ({ body, attributes, traceHeader, groupId, deduplicationId, sequenceNumber }: Message) => ({
  body,
  ...(attributes === undefined ? {} : { attributes }),
  ...(traceHeader === undefined ? {} : { traceHeader }),
  ...(groupId === undefined ? {} : { groupId }),
  ...(deduplicationId === undefined ? {} : { deduplicationId }),
  ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
});
