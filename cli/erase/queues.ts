import { eventDeadLetters, findDeadLetterQueue } from '../target/dead-letter-queues';
import type { Target } from '../target/target';

export interface NamedQueue {
  readonly name: string;
  readonly url: string;
}

/** Every queue with messages that could not be processed or delivered. */
export const deadLetterQueuesOf = (target: Target): readonly NamedQueue[] => {
  const names = [
    eventDeadLetters,
    ...(target.breaker === undefined ? [] : ['breaker']),
    ...(target.fallback === undefined ? [] : ['fallback']),
    ...(target.handlers ?? []).map(({ name }) => name),
  ];
  return [
    ...names.map((name) => ({ name, url: findDeadLetterQueue(target, name).deadLetterQueueUrl })),
    // No handler has this name: names of handlers begin with a capital letter.
    ...(target.undeliveredQueueUrl === undefined ? [] : [{ name: 'undelivered', url: target.undeliveredQueueUrl }]),
  ];
};

/** The queues with messages that will still be processed. */
export const workQueuesOf = ({ eventQueueUrl, fallback, handlers = [] }: Target): readonly NamedQueue[] => [
  { name: eventDeadLetters, url: eventQueueUrl },
  ...(fallback === undefined ? [] : [{ name: 'fallback', url: fallback.queueUrl }]),
  ...handlers.map(({ name, queue }) => ({ name, url: queue })),
];
