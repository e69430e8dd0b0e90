import { decodeEnvelope, PoisonEnvelopeError, type Envelope } from '../shared/envelope';
import type { Log, Metrics } from '../shared/ports';
import type { QueueRecord, RecordProcessor } from './batch';
import type { EventStore, RetryNow, StorableWebhook, StoreOutcome } from './ports';
import { isStatusConflict } from './status-order';
import { readStorable } from './storable';

export interface RecordDependencies {
  readonly store: EventStore;
  readonly retryNow: RetryNow;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** How many CloudEvents of one delivery are written at once; each listens to the record's signal, and Node warns above ten. */
const eventsAtOnce = 5;

/**
 * Stores what one queue message holds. A fault (throttled, denied, timed out) leaves it to the queue's visibility timeout, which
 * is the back-off. A poison message would only waste its five receives on that wait, so it is made receivable at once, to
 * reach the dead-letter queue and its alarm in seconds.
 */
export const createRecordProcessor = ({
  store,
  retryNow,
  log,
  metrics,
}: RecordDependencies): RecordProcessor => {
  const storeOne = async (webhook: StorableWebhook, signal: AbortSignal): Promise<StoreOutcome> => {
    switch (webhook.kind) {
      case 'message':
        return store.storeMessage(webhook, signal);
      case 'status': {
        const { outcome, standingStatus } = await store.storeStatus(webhook, signal);
        // A redelivery is neither news nor a second conflict.
        if (outcome === 'stored') {
          if (webhook.order === undefined) metrics.count('UnknownStatus');
          else if (isStatusConflict(standingStatus, webhook.status)) metrics.count('StatusConflict');
        }
        return outcome;
      }
      case 'usage':
      case 'event':
        return store.storeEvent(webhook, signal);
    }
  };

  const storeAll = async (
    webhooks: readonly StorableWebhook[],
    signal: AbortSignal,
  ): Promise<StoreOutcome> => {
    const outcomes = new Set<StoreOutcome>();
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
    if (outcomes.has('other_account')) return 'other_account';
    return outcomes.has('stored') ? 'stored' : 'duplicate';
  };

  const succeeded = (record: QueueRecord, envelope: Envelope, outcome: 'stored' | 'duplicate'): void => {
    metrics.count(outcome === 'stored' ? 'RecordStored' : 'Duplicate');
    log('info', {
      reason: outcome === 'stored' ? 'record_stored' : 'duplicate',
      messageId: record.messageId,
      requestId: envelope.requestId,
      kind: envelope.kind,
      eventId: envelope.eventId,
      account: envelope.accountSid.slice(-6),
    });
  };

  const failed = (record: QueueRecord, error: unknown): void => {
    metrics.count('RecordFailed');
    log('error', {
      reason: 'record_failed',
      messageId: record.messageId,
      receiveCount: receiveCount(record),
      errorName: error instanceof Error ? error.name : typeof error,
      serviceStatus: serviceStatus(error),
    });
  };

  const poisoned = async (
    record: QueueRecord,
    error: PoisonEnvelopeError,
    signal: AbortSignal,
  ): Promise<void> => {
    metrics.count('PoisonEnvelope');
    log('error', {
      reason: 'poison_envelope',
      // Constant texts: the error names what is wrong and never quotes the message.
      detail: error.message,
      messageId: record.messageId,
      receiveCount: receiveCount(record),
    });
    try {
      await retryNow(record.receiptHandle, signal);
    } catch (cause) {
      log('warn', {
        reason: 'retry_now_failed',
        messageId: record.messageId,
        errorName: cause instanceof Error ? cause.name : typeof cause,
      });
    }
  };

  return {
    process: async (record, signal) => {
      try {
        const envelope = decodeEnvelope(record.body);
        const outcome = await storeAll(readStorable(envelope), signal);
        if (outcome === 'other_account') {
          throw new PoisonEnvelopeError(
            'invalid_field',
            'the item it would change belongs to another account',
          );
        }
        succeeded(record, envelope, outcome);
        return 'done';
      } catch (error) {
        failed(record, error);
        if (error instanceof PoisonEnvelopeError) await poisoned(record, error, signal);
        return 'failed';
      }
    },
    skip: (record) => failed(record, new OutOfTimeError('Too little time left to begin the record.')),
  };
};

/** Names, in the log, why a record was not begun. */
class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

const receiveCount = (record: QueueRecord): number | undefined => {
  const count = Number(record.attributes?.ApproximateReceiveCount);
  return Number.isNaN(count) ? undefined : count;
};

/** AWS SDK errors carry the answer's HTTP status: https://github.com/aws/aws-sdk-js-v3#error-handling */
const serviceStatus = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
};
