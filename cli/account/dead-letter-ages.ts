import type { Backend } from '../clients/ports';
import { scanDeadLetters } from '../dead-letters/dead-letters';
import { openLetter } from '../dead-letters/event-letter';
import { eventDeadLetters, fallbackDeadLetters } from '../target/dead-letter-queues';
import type { Figures, HandlerFigures } from './figures';

type Counted = Omit<Figures, 'missing'>;
type Queues = Pick<Backend, 'deadLetters'>;

/** More are taken for letters of the period: each is read. */
const mostRead = 1_000;

/**
 * Sets dead letters aside that were received before the period, and counts those that were redriven in it, where that
 * can explain a difference.
 */
export const withAges = async (
  backend: Queues,
  figures: Counted,
  since: Date,
  signal: AbortSignal,
): Promise<Counted> => {
  const older = (name: string, count: number): Promise<number> => countOlder(backend, name, count, since, signal);
  const { consumer, deadWebhooks, lane, table } = figures;
  const [webhooks, onLane] = [await older(eventDeadLetters, deadWebhooks), await older(fallbackDeadLetters, lane.dead)];
  const handlers: HandlerFigures[] = [];
  let ofHandlers = 0;
  for (const handler of figures.handlers) {
    const old = await older(handler.name, handler.deadLetters);
    ofHandlers += old;
    const { sent, handled, duplicates, pending } = handler;
    const deadLetters = handler.deadLetters - old;
    const differs = sent > handled + duplicates + deadLetters + pending;
    handlers.push({ ...handler, deadLetters, redriven: differs ? await movedSince(backend, handler.name, since) : 0 });
  }
  const hasMore = consumer.stored - consumer.redelivered > table.stored;
  return {
    ...figures,
    deadWebhooks: deadWebhooks - webhooks,
    lane: { ...lane, dead: lane.dead - onLane },
    handlers,
    olderDeadLetters: webhooks + onLane + ofHandlers,
    redriven: hasMore ? await movedSince(backend, eventDeadLetters, since) : 0,
  };
};

const countOlder = async (
  { deadLetters }: Queues,
  name: string,
  count: number,
  since: Date,
  signal: AbortSignal,
): Promise<number> => {
  if (count === 0) return 0;
  const { seen } = await scanDeadLetters(
    await deadLetters(name),
    signal,
    (message) => {
      const { envelope, event, summary } = openLetter(name, message);
      return (envelope?.receivedAt ?? event?.receivedAt ?? summary.sentAt) < since.toISOString();
    },
    (read) => read >= Math.min(count, mostRead),
  );
  return seen.filter((isOlder) => isOlder).length;
};

const movedSince = async ({ deadLetters }: Queues, name: string, since: Date): Promise<number> =>
  (await deadLetters(name)).movedSince(since.getTime());
