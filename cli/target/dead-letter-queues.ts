import { CliError } from '../terminal/cli-error';
import { terminalText } from '../terminal/terminal-text';
import { requireBreaker, requireFallback, type Target } from './target';

/** Webhooks that could not be stored. */
export const eventDeadLetters = 'events';
/** Usage triggers that the breaker could not process. */
const breakerDeadLetters = 'breaker';
/** Requests of the fallback lane that could not be processed. */
export const fallbackDeadLetters = 'fallback';

/** Any other name is a handler's, and what it could not process are events. */
export const isHandlerQueue = (name: string): boolean =>
  ![eventDeadLetters, breakerDeadLetters, fallbackDeadLetters].includes(name);

export const isFallbackQueue = (name: string): boolean => name === fallbackDeadLetters;

interface DeadLetterQueueUrls {
  readonly deadLetterQueueUrl: string;
  /** Where a redrive moves the messages; absent where SQS knows it. */
  readonly sourceQueueUrl?: string;
}

/** @throws CliError that lists the names, if no queue can have this one */
export const checkQueueName = (
  { name: target, handlers = [], fallback }: Pick<Target, 'name' | 'handlers' | 'fallback'>,
  name: string,
): void => {
  const names = [
    eventDeadLetters,
    breakerDeadLetters,
    ...(fallback === undefined ? [] : [fallbackDeadLetters]),
    ...handlers.map((handler) => handler.name),
  ];
  if (names.includes(name)) return;
  throw new CliError(`There is no queue ${terminalText(name)} at ${target}. --queue takes ${names.join(', ')}.`, 2);
};

/**
 * @param name `events`, `breaker`, `fallback` or the name of a handler
 * @throws CliError that lists the names, if there is no such queue
 */
export const findDeadLetterQueue = (target: Target, name: string): DeadLetterQueueUrls => {
  if (name === eventDeadLetters) return { deadLetterQueueUrl: target.deadLetterQueueUrl };
  if (name === breakerDeadLetters) return { deadLetterQueueUrl: requireBreaker(target).deadLetterQueueUrl };
  if (name === fallbackDeadLetters) return { deadLetterQueueUrl: requireFallback(target).deadLetterQueueUrl };
  checkQueueName(target, name);
  const found = target.handlers?.find((handler) => handler.name === name);
  // A permanent error is sent to the dead-letter queue by the handler itself: SQS does not know where it came from, and
  // would leave it there.
  return { deadLetterQueueUrl: found?.deadLetterQueue ?? '', sourceQueueUrl: found?.queue ?? '' };
};

/** Who receives from the queue, after "the". */
export const receiverOf = (name: string): string => {
  if (name === eventDeadLetters) return 'consumer';
  if (name === fallbackDeadLetters) return 'fallback function';
  return name === breakerDeadLetters ? 'breaker' : `handler ${name}`;
};

/** The queue, after "the". */
export const queueText = (name: string): string => {
  if (name === eventDeadLetters) return 'event queue';
  if (name === fallbackDeadLetters) return "fallback lane's queue";
  return name === breakerDeadLetters ? "breaker's queue" : `queue of the handler ${name}`;
};
