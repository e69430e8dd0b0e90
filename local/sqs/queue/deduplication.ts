/** A message that was sent to a FIFO queue. It is remembered so that the queue recognizes a repeated send. */
export interface SentMessage {
  readonly key: string;
  readonly id: string;
  readonly sequenceNumber: string;
  readonly atMs: number;
}

/**
 * The messages that were sent to a FIFO queue in the last five minutes, by deduplication id, and the last sequence
 * number.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
export interface Deduplication {
  readonly find: (key: string, nowMs: number) => SentMessage | undefined;
  readonly remember: (sent: SentMessage) => void;
  readonly nextSequenceNumber: () => string;
  /** The messages of the last five minutes, and the last message of any age. */
  readonly all: (nowMs: number) => readonly SentMessage[];
}

const intervalMs = 5 * 60_000;
const digits = 20;

export const createDeduplication = (): Deduplication => {
  // The oldest message first.
  const sent = new Map<string, SentMessage>();
  let last: SentMessage | undefined;

  const forget = (nowMs: number): void => {
    for (const [key, { atMs }] of sent) {
      if (atMs + intervalMs > nowMs) return;
      sent.delete(key);
    }
  };

  return {
    find: (key, nowMs) => {
      forget(nowMs);
      return sent.get(key);
    },
    remember: (message) => {
      sent.delete(message.key);
      sent.set(message.key, message);
      if (last === undefined || message.sequenceNumber > last.sequenceNumber) last = message;
    },
    nextSequenceNumber: () => String(BigInt(last?.sequenceNumber ?? 0) + 1n).padStart(digits, '0'),
    all: (nowMs) => {
      forget(nowMs);
      const recent = [...sent.values()];
      return last === undefined || recent.includes(last) ? recent : [last, ...recent];
    },
  };
};
