import { createLinkedList, type LinkedList } from './linked-list';
import type { Change } from './ledger';
import type { Message } from './message';
import { advance, type Queue, type Queues } from '../queues';

export interface Poll {
  readonly maxMessages: number;
  readonly visibilityMs: number;
  /** 0 returns at once. */
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Delivers messages to receivers in the order of their calls, and moves messages received too often to the
 * dead-letter queue.
 */
export interface Delivery {
  /** Resolves to an empty list when the wait is over or the signal aborts. */
  readonly receive: (queue: Queue, poll: Poll) => Promise<readonly Message[]>;
  /** Call it after a message may have become visible, or its timeout has changed. */
  readonly changed: (queue: Queue) => void;
  /** Ends every waiting receive. */
  readonly close: () => void;
}

export interface DeliveryOptions {
  readonly queues: Pick<Queues, 'deadLetterTargetOf'>;
  readonly now: () => number;
  /** Applies a change in memory and appends it to the journal. */
  readonly record: (change: Change) => void;
}

interface Waiter {
  readonly poll: Poll;
  readonly finish: (messages: readonly Message[]) => void;
  readonly fail: (error: unknown) => void;
}

interface WaitingLine {
  readonly waiters: LinkedList<Waiter>;
  timer: NodeJS.Timeout | undefined;
  wakes: boolean;
}

const longestTimerMs = 2 ** 31 - 1;

export const createDelivery = ({ queues, now, record }: DeliveryOptions): Delivery => {
  const lines = new Map<Queue, WaitingLine>();
  let closed = false;

  const lineOf = (queue: Queue): WaitingLine => {
    const line = lines.get(queue) ?? { waiters: createLinkedList<Waiter>(), timer: undefined, wakes: false };
    lines.set(queue, line);
    return line;
  };

  const take = (queue: Queue, { maxMessages, visibilityMs }: Poll): readonly Message[] => {
    const nowMs = now();
    advance(queue, nowMs);
    const target = queues.deadLetterTargetOf(queue);
    const taken: Message[] = [];
    const groups = new Set<string>();
    while (taken.length < maxMessages) {
      const message = queue.messages.nextVisible(groups);
      if (message === undefined) break;
      if (target !== undefined && message.receiveCount - message.receivedBefore >= target.maxReceiveCount) {
        record({
          type: 'deadLetter',
          queue: queue.name,
          id: message.id,
          to: target.queue.name,
          sourceArn: queue.arn,
        });
        changed(target.queue);
        continue;
      }
      // Hidden until all are taken: with a visibility timeout of 0 it would be taken again.
      queue.messages.hideUntil(message, Infinity, nowMs);
      taken.push(message);
      groups.add(message.groupId ?? '');
    }
    if (taken.length === 0) return taken;
    record({ type: 'receive', queue: queue.name, ids: taken.map(({ id }) => id), atMs: nowMs });
    for (const message of taken) queue.messages.hideUntil(message, nowMs + visibilityMs, nowMs);
    changed(queue);
    return taken;
  };

  const wake = (queue: Queue, line: WaitingLine): void => {
    line.wakes = false;
    for (let waiter = line.waiters.first(); waiter !== undefined; waiter = line.waiters.first()) {
      try {
        const messages = take(queue, waiter.poll);
        if (messages.length === 0) break;
        waiter.finish(messages);
      } catch (error) {
        waiter.fail(error);
      }
    }
    arm(queue, line);
  };

  /** One timer per queue, only while a receive waits. */
  const arm = (queue: Queue, line: WaitingLine): void => {
    clearTimeout(line.timer);
    line.timer = undefined;
    const nextMs = queue.messages.nextChangeMs();
    if (line.waiters.isEmpty() || nextMs === undefined) return;
    const delayMs = Math.min(Math.max(nextMs - now(), 1), longestTimerMs);
    line.timer = setTimeout(() => wake(queue, line), delayMs);
  };

  const changed = (queue: Queue): void => {
    const line = lines.get(queue);
    if (line === undefined || line.wakes || line.waiters.isEmpty()) return;
    line.wakes = true;
    // Deferred: the caller may be in the middle of a receive.
    queueMicrotask(() => wake(queue, line));
  };

  const wait = (queue: Queue, poll: Poll): Promise<readonly Message[]> =>
    new Promise((resolve, reject) => {
      const line = lineOf(queue);
      const leave = (): void => {
        clearTimeout(timer);
        poll.signal?.removeEventListener('abort', giveUp);
        line.waiters.remove(node);
        if (line.waiters.isEmpty()) arm(queue, line);
      };
      const finish = (messages: readonly Message[]): void => {
        leave();
        resolve(messages);
      };
      const giveUp = (): void => finish([]);
      const fail = (error: unknown): void => {
        leave();
        reject(error instanceof Error ? error : new Error('A receive failed.', { cause: error }));
      };
      const timer = setTimeout(giveUp, poll.waitMs);
      const node = line.waiters.append({ poll, finish, fail });
      poll.signal?.addEventListener('abort', giveUp);
      arm(queue, line);
    });

  return {
    // Async, so that an error of the journal becomes a rejection.
    receive: async (queue, poll) => {
      if (poll.signal?.aborted === true) return [];
      const messages = take(queue, poll);
      return messages.length > 0 || poll.waitMs === 0 || closed ? messages : wait(queue, poll);
    },
    changed,
    close: () => {
      closed = true;
      for (const [queue, { waiters }] of lines) {
        for (let waiter = waiters.first(); waiter !== undefined; waiter = waiters.first()) waiter.finish([]);
        clearTimeout(lines.get(queue)?.timer);
      }
    },
  };
};
