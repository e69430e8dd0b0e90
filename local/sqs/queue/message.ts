import { createHash } from 'node:crypto';
import type { MessageAttribute } from '../actions/message-attributes';

/** The sender's part of a message, which never changes. */
export interface MessageContent {
  readonly body: string;
  /** By name, in the order of the sender. */
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly traceHeader?: string;
  readonly groupId?: string;
  /** On a FIFO queue: a message with an id that was sent within the last five minutes is not delivered. */
  readonly deduplicationId?: string;
}

/**
 * A message as stored in the journal. Its receipt and visibility timeout are not stored: after a restart it is
 * visible.
 */
export interface Message extends MessageContent {
  readonly id: string;
  /** On a FIFO queue: a number of 20 digits that increases with every message. */
  readonly sequenceNumber?: string;
  /** Milliseconds since 1970. A dead letter keeps the time it was first sent, from which its retention counts. */
  readonly sentAtMs: number;
  /** Not delivered before this time (`DelaySeconds`). */
  readonly delayedUntilMs?: number;
  /** Only on a dead letter. */
  readonly deadLetterSourceArn?: string;
  receiveCount: number;
  /**
   * `receiveCount` when the message entered its queue: a dead letter keeps its count, but maxReceiveCount counts from
   * here.
   */
  readonly receivedBefore: number;
  firstReceivedAtMs?: number;
  /** The last receive of this run; not kept in the journal. */
  lastReceivedAtMs?: number | undefined;
}

export const md5 = (content: string): string => createHash('md5').update(content).digest('hex');
