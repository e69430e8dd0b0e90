import { Option } from 'commander';
import type { Backend, DeadLetterQueue } from '../clients/ports';
import { checkQueueName, eventDeadLetters } from '../target/dead-letter-queues';

/** For every subcommand of `dead-letters`. The target knows which names there are. */
export const queueOption = (): Option =>
  new Option('--queue <name>', 'whose dead letters: events, breaker, or the name of a handler').default(
    eventDeadLetters,
  );

/** @throws CliError if the target has no such queue */
export const openQueue = (backend: Backend, name: string): Promise<DeadLetterQueue> => {
  checkQueueName(backend.target, name);
  return backend.deadLetters(name);
};
