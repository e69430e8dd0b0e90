import { decodeEnvelope, PoisonEnvelopeError, type Envelope } from '../shared/payload/envelope';
import type { MetricName } from '../shared/contract/metric-names';
import type { Log, LogLevel, Metrics } from '../shared/runtime/ports';
import { readingDigest } from '../shared/payload/reading';
import type { QueueRecord, RecordProcessor } from '../shared/runtime/batch';
import type { EventStore, RetryNow, SignedText, StoredWebhook, TextOutcome } from './ports';
import { parseWebhook } from './parse-webhook';
import { createStoreWebhooks } from './store-webhooks';

export interface RecordDependencies {
  readonly store: EventStore;
  readonly retryNow: RetryNow;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What became of a record that need not come back. */
export type RecordOutcome =
  'stored' | 'stored_unrecognized' | 'stored_beside' | 'duplicate' | 'repeated_text' | 'other_reading';

const reports: Readonly<
  Record<
    RecordOutcome,
    { readonly level: LogLevel; readonly reason: string; readonly metrics: readonly MetricName[] }
  >
> = {
  stored: { level: 'info', reason: 'record_stored', metrics: ['RecordStored'] },
  stored_unrecognized: {
    level: 'warn',
    reason: 'unrecognized_webhook',
    metrics: ['RecordStored'],
  },
  stored_beside: { level: 'error', reason: 'other_content', metrics: ['RecordStored'] },
  duplicate: { level: 'info', reason: 'duplicate', metrics: ['Duplicate'] },
  repeated_text: { level: 'info', reason: 'repeated_text', metrics: ['Duplicate', 'RepeatedText'] },
  other_reading: { level: 'error', reason: 'other_reading', metrics: ['OtherReading'] },
};

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
  const storeWebhooks = createStoreWebhooks(store, metrics);

  const storeOnce = async (
    envelope: Envelope,
    webhooks: readonly StoredWebhook[],
    signal: AbortSignal,
  ): Promise<RecordOutcome> => {
    const signed = signedTextOf(envelope);
    const text = await store.claimText(signed, signal);
    switch (text.kind) {
      case 'mine':
        return storeWebhooks(signed, webhooks, text.eventsStored, signal);
      case 'repeated':
        return text.hasOtherToken ? 'repeated_text' : 'duplicate';
      case 'other_reading':
        return otherReading(text);
    }
  };

  const reported = (
    record: QueueRecord,
    envelope: Envelope,
    webhooks: readonly StoredWebhook[],
    outcome: RecordOutcome,
  ): void => {
    const { level, reason, metrics: counted } = reports[outcome];
    for (const name of counted) metrics.count(name);
    const [first] = webhooks;
    log(level, {
      reason,
      detail: first?.kind === 'unrecognized' ? first.reason : undefined,
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
        const webhooks = parseWebhook(envelope);
        reported(record, envelope, webhooks, await storeOnce(envelope, webhooks, signal));
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

const signedTextOf = (envelope: Envelope): SignedText => {
  const { accountSid, signedTextHash, requestId, receivedAt, idempotencyToken } = envelope;
  return {
    accountSid,
    signedTextHash,
    reading: readingDigest(envelope),
    requestId,
    receivedAt,
    ...(idempotencyToken === undefined ? {} : { idempotencyToken }),
  };
};

/**
 * The genuine request comes first, so what comes later under its signature is a forgery cut from the same text.
 * @throws PoisonEnvelopeError where the queue has changed the order: then the stored reading is the suspect one, and a person
 * must compare the two
 */
const otherReading = ({ isEarlier }: Extract<TextOutcome, { kind: 'other_reading' }>): RecordOutcome => {
  if (!isEarlier) return 'other_reading';
  throw new PoisonEnvelopeError(
    'other_reading',
    'a request that came later has the same signed text with other boundaries, and is stored',
  );
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
