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
  const older = (name: string, count: number): Promise<OlderLetters> => findOlder(backend, name, count, since, signal);
  const { consumer, deadWebhooks, lane, table } = figures;
  const [webhooks, onLane] = [await older(eventDeadLetters, deadWebhooks), await older(fallbackDeadLetters, lane.dead)];
  const handlers: HandlerFigures[] = [];
  let ofHandlers = 0;
  for (const handler of figures.handlers) {
    const old = await older(handler.name, handler.deadLetters);
    ofHandlers += old.count;
    const { sent, handled, duplicates, pending } = handler;
    const deadLetters = handler.deadLetters - old.count;
    const differs = sent > handled + duplicates + deadLetters + pending;
    const redriven = differs ? (await movedSince(backend, handler.name, since)) + old.sentSince : 0;
    handlers.push({ ...handler, deadLetters, redriven });
  }
  const hasMore = consumer.stored - consumer.redelivered > table.stored;
  return {
    ...figures,
    deadWebhooks: deadWebhooks - webhooks.count,
    lane: { ...lane, dead: lane.dead - onLane.count },
    handlers,
    olderDeadLetters: webhooks.count + onLane.count + ofHandlers,
    redriven: hasMore ? await movedSince(backend, eventDeadLetters, since) : 0,
  };
};

interface OlderLetters {
  readonly count: number;
  /** Those of them that were sent to their queue in the period: replayed, or published late. */
  readonly sentSince: number;
}

const findOlder = async (
  { deadLetters }: Queues,
  name: string,
  count: number,
  since: Date,
  signal: AbortSignal,
): Promise<OlderLetters> => {
  if (count === 0) return { count: 0, sentSince: 0 };
  const start = since.toISOString();
  const { seen } = await scanDeadLetters(
    await deadLetters(name),
    signal,
    (message) => {
      const { envelope, event, summary } = openLetter(name, message);
      const isOlder = (envelope?.receivedAt ?? event?.receivedAt ?? summary.sentAt) < start;
      return { isOlder, sentSince: isOlder && summary.sentAt >= start };
    },
    (read) => read >= Math.min(count, mostRead),
  );
  return {
    count: seen.filter(({ isOlder }) => isOlder).length,
    sentSince: seen.filter(({ sentSince }) => sentSince).length,
  };
};

const movedSince = async ({ deadLetters }: Queues, name: string, since: Date): Promise<number> =>
  (await deadLetters(name)).movedSince(since.getTime());
