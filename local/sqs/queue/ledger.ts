import type { Message } from './message';
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
      readonly atMs: number;
    };

/** The messages of all queues. `apply` takes the changes of this run and those replayed from the journal. */
export interface Ledger {
  readonly messagesOf: (queue: string) => QueueMessages;
  readonly apply: (change: Change) => void;
  readonly snapshot: () => Iterable<Change>;
}

export const createLedger = (now: () => number): Ledger => {
  const queues = new Map<string, QueueMessages>();
  // The journal may name a queue that is no longer in the template: its messages are kept in case the queue returns.
  const messagesOf = (queue: string): QueueMessages => {
    const known = queues.get(queue);
    if (known !== undefined) return known;
    const messages = createQueueMessages();
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
    apply: (change) => {
      const messages = messagesOf(change.queue);
      switch (change.type) {
        case 'send':
          messages.add({ ...change.message }, now());
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
          move(change, (from) => redrivenOf(from, change.newId, change.atMs));
          break;
      }
    },
    *snapshot() {
      for (const [queue, messages] of queues) {
        for (const message of messages.all()) {
          yield { type: 'send', queue, message: { ...message, lastReceivedAtMs: undefined } };
        }
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
const redrivenOf = (message: Message, id: string, sentAtMs: number): Message => ({
  ...contentOf(message),
  id,
  sentAtMs,
  receiveCount: 0,
  receivedBefore: 0,
});

const contentOf = ({ body, attributes, traceHeader, groupId }: Message) => ({
  body,
  ...(attributes === undefined ? {} : { attributes }),
  ...(traceHeader === undefined ? {} : { traceHeader }),
  ...(groupId === undefined ? {} : { groupId }),
});
