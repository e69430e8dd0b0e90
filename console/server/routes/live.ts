import type { LiveEvent } from '../../api';
import { isLocal } from '../../../cli/target/target';
import { describeFailure } from '../../../cli/terminal/failure';
import type { ConsoleParts } from '../console-parts';
import { read, type Route } from '../http/route';
import { refusedSummary } from '../views/refused';
import { createEventQueue, type EventQueue } from '../http/event-queue';
import { filterOf } from '../http/query';
import { withoutPosition } from './webhooks';

const aliveMs = 10_000;
const localPollMs = 250;
/** Four small queries for each account, each time. */
const stagePollMs = 2_000;

/**
 * The stream begins with the webhooks of this time. The page reads the newest ones besides, and what is stored between
 * that reading and the first poll would be in neither.
 */
const lookBackMs = 10_000;

/** The events from now on, until the page ends the request. */
export const liveRoutes = (parts: ConsoleParts): readonly Route[] => [
  read('/api/live', ({ query }) => {
    const filter = filterOf(query);
    // Errors of the gateway become lines; only the query can be wrong.
    return Promise.resolve({ kind: 'lines', values: (signal) => liveEvents(parts, filter, signal) });
  }),
];

async function* liveEvents(
  parts: ConsoleParts,
  filter: ReturnType<typeof filterOf>,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const queue = createEventQueue<LiveEvent>();
  const beat = (): void => queue.push({ type: 'alive', at: parts.gateway.context.now().toISOString() });
  beat();
  const timer = setInterval(beat, aliveMs);
  const unsubscribe = parts.gateway.monitor?.subscribe((event) =>
    queue.push(event.type === 'run' ? event : { type: 'refused', request: refusedSummary(event.request) }),
  );
  const ended = follow(parts, filter, queue, signal);
  try {
    yield* queue.events(signal);
  } finally {
    clearInterval(timer);
    unsubscribe?.();
    await ended;
  }
}

/** Puts stored webhooks into the queue. Starts anew after an error, and never rejects. */
const follow = async (
  { gateway, accounts }: ConsoleParts,
  filter: ReturnType<typeof filterOf>,
  queue: EventQueue<LiveEvent>,
  signal: AbortSignal,
): Promise<void> => {
  const onProblem = (error: unknown): void => {
    if (error === undefined || signal.aborted) return;
    const { text } = describeFailure(error, signal);
    queue.push({ type: 'problem', message: text.split('\n')[0] ?? text });
  };
  const lookBack = (): Date => new Date(gateway.context.now().getTime() - lookBackMs);
  let since = lookBack();
  while (!signal.aborted) {
    try {
      const backend = await gateway.backend();
      const pollMs = isLocal(backend.target) ? localPollMs : stagePollMs;
      const reader = await backend.webhooks();
      const batches = reader.follow({ ...filter, accountSids: await accounts() }, { pollMs, signal, since, onProblem });
      for await (const rows of batches) {
        since = lookBack();
        if (rows.length > 0) queue.push({ type: 'webhooks', rows: rows.map(withoutPosition) });
      }
    } catch (error) {
      onProblem(error);
      await gateway.context.sleep(stagePollMs).catch(() => undefined);
    }
  }
};
