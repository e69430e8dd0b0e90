import type { Metrics } from '../shared/runtime/ports';
import type {
  EventOutcome,
  EventStore,
  RecordOutcome,
  SignedText,
  StatusCallback,
  StoredWebhook,
} from './ports';
import { isStatusConflict } from './status-order';

/** How many events of one batch are written at once; each listens to the record's signal, and Node warns above ten. */
const concurrency = 10;
/** Progress is saved after so many events. */
const eventsPerNote = 50;

export interface StoreTools {
  readonly store: EventStore;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/**
 * Stores what one queue message holds: one webhook, or the events of a batch.
 * @param stored how many of the first an earlier receive has stored
 */
export const storeWebhooks = async (
  tools: StoreTools,
  signed: SignedText,
  webhooks: readonly StoredWebhook[],
  stored: number,
): Promise<RecordOutcome> => {
  const outcomes = new Set<EventOutcome>();
  for (let from = stored; from < webhooks.length; from += eventsPerNote) {
    const next = from + eventsPerNote;
    for (const outcome of await storeSome(tools, webhooks.slice(from, next))) outcomes.add(outcome);
    if (next < webhooks.length) await tools.store.noteProgress(signed, next, tools.signal);
  }
  if (outcomes.has('beside')) return 'stored_beside';
  // Also on a redelivery: the invocation that stored it may have died before it was reported.
  if (webhooks.some(({ kind }) => kind === 'unrecognized')) return 'stored_unrecognized';
  return outcomes.has('stored') ? 'stored' : 'duplicate';
};

/** @returns every outcome there was, once */
const storeSome = async (
  tools: StoreTools,
  webhooks: readonly StoredWebhook[],
): Promise<ReadonlySet<EventOutcome>> => {
  const outcomes = new Set<EventOutcome>();
  const waiting = webhooks.values();
  const work = async (): Promise<void> => {
    for (const webhook of waiting) {
      tools.signal.throwIfAborted();
      outcomes.add(await storeOne(tools, webhook));
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, webhooks.length) }, work);
  // Wait for all: a write still in flight when Lambda gets the response would be frozen with the environment.
  const failure = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
  return outcomes;
};

/**
 * Counts what is alarmed as it happens, and again in each receive of the queue message: an earlier one may have died
 * between the write and the end of its batch.
 */
const storeOne = async (
  { store, metrics, signal }: StoreTools,
  webhook: StoredWebhook,
): Promise<EventOutcome> => {
  switch (webhook.kind) {
    case 'message':
      return store.storeMessage(webhook, signal);
    case 'status': {
      const { outcome, earlierStatus } = await store.storeStatus(webhook, signal);
      // A redelivery was counted when it was stored.
      if (outcome === 'stored') countStatus(metrics, webhook, earlierStatus);
      return outcome;
    }
    case 'usage':
    case 'event':
    case 'unrecognized': {
      const outcome = await store.storeEvent(webhook, signal);
      if (outcome === 'beside') metrics.count('OtherContent');
      if (webhook.kind === 'unrecognized') metrics.count('UnrecognizedWebhook');
      return outcome;
    }
  }
};

const countStatus = (metrics: Metrics, { order, status }: StatusCallback, earlierStatus?: string): void => {
  if (order === undefined) metrics.count('UnknownStatus');
  else if (isStatusConflict(earlierStatus, status)) metrics.count('StatusConflict');
};
