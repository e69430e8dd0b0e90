import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, ProxiedCall } from '../../helpers/fault-proxy';
import type { MessageCount } from './history';

/** Counts the messages that SQS is given. */
export interface SendCount {
  /** Call for every call and its fault, before the call is made. */
  note(call: ProxiedCall, fault: Fault): void;
  /** Call before and after the harness itself puts a message on the queue. */
  putBegins(): void;
  putEnds(): void;
  /** Bounds: a call in flight may or may not have arrived. */
  sent(): { readonly least: number; readonly most: number };
}

/** @param callsDone how many calls of SendMessage SQS has answered with success */
export const createSendCount = (callsDone: () => number): SendCount => {
  let calls = 0;
  let messages = 0;
  let putsUnderWay = 0;
  return {
    note: ({ action }, fault) => {
      const copies = copiesOf(fault);
      if (action !== 'SendMessage' || copies === 0) return;
      calls += 1;
      messages += copies;
    },
    putBegins: () => {
      messages += 1;
      putsUnderWay += 1;
    },
    putEnds: () => void (putsUnderWay -= 1),
    sent: () => ({
      // A call in flight may be at most two messages.
      least: messages - 2 * (calls - callsDone()) - putsUnderWay,
      most: messages,
    }),
  };
};

/** How many messages SQS stores for one call. */
const copiesOf = (fault: Fault): 0 | 1 | 2 => {
  switch (fault.kind) {
    case 'hang':
    case 'reset':
    case 'error':
      return 0;
    case 'kill-caller':
      return fault.when === 'before' ? 0 : 1;
    case 'twice':
      return 2;
    case 'pass':
    case 'slow':
    case 'meanwhile':
    case 'drop-answer':
    case 'hold-answer':
    case 'change-answer':
    case 'change-request':
      return 1;
  }
};

export interface CountSources {
  readonly sends: SendCount;
  /** How many messages the consumer has deleted from the queue, and a number that changes with every batch. */
  readonly deleted: () => number;
  readonly version: () => number;
  /** Visible, in flight and delayed. */
  readonly inEventQueue: () => Promise<number>;
  readonly inDeadLetterQueue: () => Promise<number>;
}

const tries = 30;
const pauseMs = 5;

/**
 * Counts everything at one instant: repeats until nothing changed between the first and the last number.
 * @returns undefined if the numbers kept changing
 */
export const countMessages = async (
  when: string,
  { sends, deleted, version, inEventQueue, inDeadLetterQueue }: CountSources,
): Promise<MessageCount | undefined> => {
  for (let left = tries; left > 0; left -= 1) {
    const before = JSON.stringify([sends.sent(), version()]);
    const events = await inEventQueue();
    const deadLetters = await inDeadLetterQueue();
    const eventsAgain = await inEventQueue();
    const sent = sends.sent();
    if (events === eventsAgain && before === JSON.stringify([sent, version()])) {
      return { when, sent, deleted: deleted(), events, deadLetters };
    }
    await sleep(pauseMs);
  }
  return undefined;
};
