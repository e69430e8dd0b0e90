import type { OutputFacts } from '../gateway-state';
import type { LocalQueues } from '../sqs/local-service';
import type { Backlog } from './time-series';

/** How many messages wait or are in flight: in the queue of webhooks, `events`, and in the queue of each handler. */
export const readBacklog = async (
  { queues, handlers }: Pick<OutputFacts, 'queues' | 'handlers'>,
  { depth }: Pick<LocalQueues, 'depth'>,
): Promise<Backlog> => {
  const named = [{ name: 'events', queue: queues.events }, ...handlers];
  return Object.fromEntries(
    await Promise.all(named.map(async ({ name, queue }) => [name, await depth(queue)] as const)),
  );
};
