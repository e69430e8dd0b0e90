import type { QueueView } from '../../api';
import type { Backend } from '../../../cli/clients/ports';
import { eventDeadLetters } from '../../../cli/target/dead-letter-queues';
import type { Target } from '../../../cli/target/target';

interface NamedQueue {
  /** As in `dead-letters --queue`. */
  readonly name: string;
  readonly queueUrl: string;
}

/** The queues of a gateway: the consumer's, the breaker's, the fallback lane's, and one for each handler. */
const queuesOf = ({ eventQueueUrl, breaker, fallback, handlers = [] }: Target): readonly NamedQueue[] => [
  { name: eventDeadLetters, queueUrl: eventQueueUrl },
  ...(breaker === undefined ? [] : [{ name: 'breaker', queueUrl: breaker.queueUrl }]),
  ...(fallback === undefined ? [] : [{ name: 'fallback', queueUrl: fallback.queueUrl }]),
  ...handlers.map(({ name, queue }) => ({ name, queueUrl: queue })),
];

/** Counts are approximate, as SQS reports them. */
export const readQueues = (backend: Backend): Promise<readonly QueueView[]> =>
  Promise.all(
    queuesOf(backend.target).map(async ({ name, queueUrl }) => {
      const [own, dead] = await Promise.all([
        backend.queueCounts(queueUrl),
        backend.deadLetters(name).then((queue) => queue.counts()),
      ]);
      return {
        name,
        waiting: own.visible,
        inFlight: own.inFlight,
        deadLetters: dead.visible + dead.inFlight,
      };
    }),
  );
