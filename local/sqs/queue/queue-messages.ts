import { createDeadlineHeap } from './deadline-heap';
import { createFairOrder } from './fair-order';
import { createGroupOrder } from './group-order';
import type { Message } from './message';
import type { ReceiveOrder } from './receive-order';

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/**
 * The messages of one queue, and which of them are visible. No timers: `advanceTo` sets the time. Every call is O(log
 * n) at most. Nothing here is durable.
 */
export interface QueueMessages {
  /** Makes messages visible whose timeout has passed, and deletes those older than the retention period. */
  readonly advanceTo: (nowMs: number, retentionMs: number) => void;
  readonly add: (message: Message, nowMs: number) => void;
  readonly get: (id: string) => Message | undefined;
  readonly remove: (message: Message) => void;
  readonly clear: () => void;
  /** @param received groups whose messages this receive has already taken */
  readonly nextVisible: (received: ReadonlySet<string>) => Message | undefined;
  /** Hides a message until this time. A time in the past makes it visible. */
  readonly hideUntil: (message: Message, untilMs: number, nowMs: number) => void;
  readonly isInFlight: (message: Message) => boolean;
  readonly isVisible: (message: Message) => boolean;
  readonly counts: () => MessageCounts;
  /** When the next hidden message becomes visible. */
  readonly nextChangeMs: () => number | undefined;
  /** In the order of arrival. */
  readonly all: () => Iterable<Message>;
}

const createStandardOrder = (): ReceiveOrder => ({
  ...createFairOrder<Message>(),
  startInFlight: () => undefined,
  endInFlight: () => undefined,
});

export const createQueueMessages = (isFifo: boolean): QueueMessages => {
  const createOrder = isFifo ? createGroupOrder : createStandardOrder;
  const messages = new Map<string, Message>();
  let visible = createOrder();
  let hidden = createDeadlineHeap<Message>();
  let byAge = createDeadlineHeap<Message>();
  const delayed = new Set<Message>();
  const inFlight = new Set<Message>();

  const endInFlight = (message: Message): void => {
    if (inFlight.delete(message)) visible.endInFlight(message);
  };
  const show = (message: Message): void => {
    hidden.remove(message);
    delayed.delete(message);
    visible.add(message);
    endInFlight(message);
  };
  const remove = (message: Message): void => {
    if (!messages.delete(message.id)) return;
    visible.remove(message);
    hidden.remove(message);
    byAge.remove(message);
    delayed.delete(message);
    endInFlight(message);
  };

  return {
    advanceTo: (nowMs, retentionMs) => {
      for (let next = byAge.earliest(); next && next.atMs + retentionMs <= nowMs; next = byAge.earliest()) {
        remove(next.item);
      }
      for (let next = hidden.earliest(); next && next.atMs <= nowMs; next = hidden.earliest()) show(next.item);
    },
    add: (message, nowMs) => {
      messages.set(message.id, message);
      byAge.add(message, message.sentAtMs);
      const { delayedUntilMs = 0 } = message;
      if (delayedUntilMs <= nowMs) visible.add(message);
      else {
        delayed.add(message);
        hidden.add(message, delayedUntilMs);
      }
    },
    get: (id) => messages.get(id),
    remove,
    clear: () => {
      messages.clear();
      delayed.clear();
      inFlight.clear();
      visible = createOrder();
      hidden = createDeadlineHeap();
      byAge = createDeadlineHeap();
    },
    nextVisible: (received) => visible.next(received),
    hideUntil: (message, untilMs, nowMs) => {
      visible.remove(message);
      hidden.remove(message);
      if (untilMs <= nowMs) {
        show(message);
        return;
      }
      if (!inFlight.has(message)) visible.startInFlight(message);
      inFlight.add(message);
      hidden.add(message, untilMs);
    },
    isInFlight: (message) => inFlight.has(message),
    isVisible: (message) => messages.get(message.id) === message && !inFlight.has(message) && !delayed.has(message),
    counts: () => ({
      visible: messages.size - inFlight.size - delayed.size,
      inFlight: inFlight.size,
      delayed: delayed.size,
    }),
    nextChangeMs: () => hidden.earliest()?.atMs,
    all: () => messages.values(),
  };
};
