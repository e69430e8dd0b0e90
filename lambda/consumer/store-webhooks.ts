import type { Metrics } from '../shared/runtime/ports';
import type { EventOutcome, EventStore, RecordOutcome, SignedText, StatusCallback, StoredWebhook } from './ports';
import { optOutOf } from './opt-out';
import { isStatusConflict } from './status-order';

/** Events of one batch that are written at once. Each write listens to the record's signal; Node warns above ten. */
const concurrency = 10;
/** The number of events between two saves of the progress. */
const eventsPerProgressSave = 50;

export interface StoreTools {
  readonly store: EventStore;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/**
 * Stores the content of one queue message: one webhook, or the events of a batch.
 * @param stored number of webhooks, from the first on, that an earlier receive has stored
 */
export const storeWebhooks = async (
  tools: StoreTools,
  signed: SignedText,
  webhooks: readonly StoredWebhook[],
  stored: number,
): Promise<RecordOutcome> => {
  const outcomes = new Set<EventOutcome>();
  for (let from = stored; from < webhooks.length; from += eventsPerProgressSave) {
    const next = from + eventsPerProgressSave;
    for (const outcome of await storeSome(tools, webhooks.slice(from, next))) outcomes.add(outcome);
    if (next < webhooks.length) await tools.store.saveProgress(signed, next, tools.signal);
  }
  if (outcomes.has('other_content')) return 'stored_other_content';
  // Also on a redelivery: the invocation that stored it may have ended before it reported the webhook.
  if (webhooks.some(({ kind }) => kind === 'unrecognized')) return 'stored_unrecognized';
  return outcomes.has('stored') ? 'stored' : 'duplicate';
};

/** @returns the distinct outcomes */
const storeSome = async (tools: StoreTools, webhooks: readonly StoredWebhook[]): Promise<ReadonlySet<EventOutcome>> => {
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
 * Metrics that raise an alarm are counted on every receive of the queue message, because the invocation of an earlier
 * receive may have ended before it wrote its metrics.
 */
const storeOne = async ({ store, metrics, signal }: StoreTools, webhook: StoredWebhook): Promise<EventOutcome> => {
  const optOut = optOutOf(webhook);
  // First: who handles the event of the stored message already finds the opt-out.
  if (optOut !== undefined) await store.storeOptOut(optOut, signal);
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
      if (outcome === 'other_content') metrics.count('OtherContent');
      if (webhook.kind === 'unrecognized') metrics.count('UnrecognizedWebhook');
      return outcome;
    }
  }
};

const countStatus = (metrics: Metrics, { order, status }: StatusCallback, earlierStatus?: string): void => {
  if (order === undefined) metrics.count('UnknownStatus');
  else if (isStatusConflict(earlierStatus, status)) metrics.count('StatusConflict');
};
