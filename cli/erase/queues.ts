import { eventDeadLetters, findDeadLetterQueue } from '../target/dead-letter-queues';
import type { Target } from '../target/target';

export interface NamedQueue {
  readonly name: string;
  readonly url: string;
}

/** Every queue of the target that keeps what could not be processed. */
export const deadLetterQueuesOf = (target: Target): readonly NamedQueue[] =>
  [
    eventDeadLetters,
    ...(target.breaker === undefined ? [] : ['breaker']),
    ...(target.handlers ?? []).map(({ name }) => name),
  ].map((name) => ({ name, url: findDeadLetterQueue(target, name).deadLetterQueueUrl }));

/** The queues whose messages are still to be processed. */
export const workQueuesOf = ({ eventQueueUrl, handlers = [] }: Target): readonly NamedQueue[] => [
  { name: eventDeadLetters, url: eventQueueUrl },
  ...handlers.map(({ name, queue }) => ({ name, url: queue })),
];
