import { createHash } from 'node:crypto';
import type { MessageAttribute } from '../actions/message-attributes';

/** What a sender gave, and what stays the same as long as the message exists. */
export interface MessageContent {
  readonly body: string;
  /** By name, in the order of the sender. */
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly traceHeader?: string;
  readonly groupId?: string;
}

/** A message as the journal keeps it. Who has received it and until when it is hidden is not kept: a restart shows it again. */
export interface Message extends MessageContent {
  readonly id: string;
  /** Milliseconds since 1970. A dead letter keeps the time it was first sent, so its retention counts from there. */
  readonly sentAtMs: number;
  /** Not given out before this time (`DelaySeconds`). */
  readonly delayedUntilMs?: number;
  /** Only on a dead letter. */
  readonly deadLetterSourceArn?: string;
  receiveCount: number;
  /** What `receiveCount` was when the message came into its queue: a dead letter keeps its count, and its new queue counts afresh. */
  readonly receivedBefore: number;
  firstReceivedAtMs?: number;
  /** The last receive of this run; not kept in the journal. */
  lastReceivedAtMs?: number | undefined;
}

export const md5 = (content: string): string => createHash('md5').update(content).digest('hex');
