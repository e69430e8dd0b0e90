import type { Metrics } from '../shared/runtime/ports';
import type { EventOutcome, EventStore, OtherEvent, SignedText, StoredWebhook } from './ports';
import type { RecordOutcome } from './process-record';
import { isStatusConflict } from './status-order';

/** How many events of one batch are written at once; each listens to the record's signal, and Node warns above ten. */
const eventsAtOnce = 10;
/** How many events are written before their number is noted. */
const eventsPerNote = 50;

/** Stores what one queue message holds: one webhook, or the events of a batch. */
export const createStoreWebhooks = (store: EventStore, metrics: Metrics) => {
  /**
   * Counts what is alarmed as it happens, and again in each receive of the queue message: an earlier one may have died between the
   * write and the end of its batch.
   */
  const storeEvent = async (event: OtherEvent, signal: AbortSignal): Promise<EventOutcome> => {
    const outcome = await store.storeEvent(event, signal);
    if (outcome === 'beside') metrics.count('OtherContent');
    if (event.kind === 'unrecognized') metrics.count('UnrecognizedWebhook');
    return outcome;
  };

  const storeOne = async (webhook: StoredWebhook, signal: AbortSignal): Promise<EventOutcome> => {
    switch (webhook.kind) {
      case 'message':
        return store.storeMessage(webhook, signal);
      case 'status': {
        const { outcome, earlierStatus } = await store.storeStatus(webhook, signal);
        // A redelivery is neither news nor a second conflict.
        if (outcome === 'stored') {
          if (webhook.order === undefined) metrics.count('UnknownStatus');
          else if (isStatusConflict(earlierStatus, webhook.status)) metrics.count('StatusConflict');
        }
        return outcome;
      }
      case 'usage':
      case 'event':
      case 'unrecognized':
        return storeEvent(webhook, signal);
    }
  };

  /** @returns every outcome there was, once */
  const storeSome = async (
    webhooks: readonly StoredWebhook[],
    signal: AbortSignal,
  ): Promise<readonly EventOutcome[]> => {
    const outcomes = new Set<EventOutcome>();
    const waiting = webhooks.values();
    const work = async (): Promise<void> => {
      for (const webhook of waiting) {
        signal.throwIfAborted();
        outcomes.add(await storeOne(webhook, signal));
      }
    };
    const workers = Array.from({ length: Math.min(eventsAtOnce, webhooks.length) }, work);
    // Settled, not all: a write still under way when the answer is given would be frozen with the environment.
    const fault = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
    if (fault?.status === 'rejected') throw fault.reason;
    return [...outcomes];
  };

  /** @param stored how many of the first an earlier receive has stored */
  return async (
    signed: SignedText,
    webhooks: readonly StoredWebhook[],
    stored: number,
    signal: AbortSignal,
  ): Promise<RecordOutcome> => {
    const outcomes = new Set<EventOutcome>();
    for (let from = stored; from < webhooks.length; from += eventsPerNote) {
      const some = webhooks.slice(from, from + eventsPerNote);
      for (const outcome of await storeSome(some, signal)) outcomes.add(outcome);
      const isLast = from + eventsPerNote >= webhooks.length;
      if (!isLast) await store.noteProgress(signed, from + eventsPerNote, signal);
    }
    if (outcomes.has('beside')) return 'stored_beside';
    // Also on a redelivery: whoever stored it may have died before it was counted, and a person must hear of it.
    if (webhooks.some(({ kind }) => kind === 'unrecognized')) return 'stored_unrecognized';
    return outcomes.has('stored') ? 'stored' : 'duplicate';
  };
};
