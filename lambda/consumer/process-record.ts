import { decodeEnvelope, PoisonEnvelopeError, type Envelope } from '../shared/payload/envelope';
import type { MetricName } from '../shared/contract/metric-names';
import { receiveCount, type BatchOptions, type QueueRecord } from '../shared/runtime/batch';
import { describeError } from '../shared/runtime/describe-error';
import type { ChangeVisibility, Log, LogLevel, Metrics } from '../shared/runtime/ports';
import { readingDigest } from '../shared/payload/reading';
import type { Canary, EventStore, RecordOutcome, SignedText, StoredWebhook, TextOutcome } from './ports';
import { canaryOf } from './canary';
import { parseWebhook } from './parse-webhook';
import { storeWebhooks } from './store-webhooks';

export interface ConsumerPorts {
  readonly store: EventStore;
  readonly changeVisibility: ChangeVisibility;
  readonly log: Log;
  readonly metrics: Metrics;
  /**
   * Whether somebody waits for the items of canaries, and removes them.
   * @default false: canaries are only acknowledged
   */
  readonly storeCanaries?: boolean;
}

const reports: Readonly<
  Record<RecordOutcome, { readonly level: LogLevel; readonly reason: string; readonly metrics: readonly MetricName[] }>
> = {
  stored: { level: 'info', reason: 'record_stored', metrics: ['RecordStored'] },
  stored_unrecognized: {
    level: 'warn',
    reason: 'unrecognized_webhook',
    metrics: ['RecordStored'],
  },
  stored_other_content: { level: 'error', reason: 'other_content', metrics: ['RecordStored'] },
  duplicate: { level: 'info', reason: 'duplicate', metrics: ['Duplicate'] },
  repeated_text: { level: 'info', reason: 'repeated_text', metrics: ['Duplicate', 'RepeatedText'] },
  other_reading: { level: 'error', reason: 'other_reading', metrics: ['OtherReading'] },
};

/** How the consumer works through a batch of its queue. */
export const consumerBatch = (ports: ConsumerPorts): BatchOptions => ({
  process: (record, signal) => processRecord(ports, record, signal),
  skip: (record) => reportFailure(ports, record, new OutOfTimeError()),
  concurrency: 10,
  minStartMs: 1500,
  reserveMs: 700,
});

/**
 * Stores the content of one queue message. If that fails (throttled, denied, timed out), the message is retried after
 * the queue's visibility timeout, which is the back-off. A poison message cannot succeed: it is made visible at once,
 * so that it reaches the dead-letter queue and its alarm within seconds instead of five visibility timeouts.
 */
const processRecord = async (
  ports: ConsumerPorts,
  record: QueueRecord,
  signal: AbortSignal,
): Promise<'done' | 'failed'> => {
  try {
    const envelope = decodeEnvelope(record.body);
    const canary = canaryOf(envelope);
    if (canary !== undefined) return await processCanary(ports, record, envelope, canary, signal);
    const webhooks = parseWebhook(envelope);
    const text = await ports.store.claimText(signedTextOf(envelope), signal);
    const outcome = await storeOnce(ports, envelope, webhooks, text, signal);
    countDelivery(ports, record, envelope, text, outcome);
    reportOutcome(ports, record, envelope, webhooks, outcome);
    return 'done';
  } catch (error) {
    reportFailure(ports, record, error);
    if (error instanceof PoisonEnvelopeError) await returnPoison(ports, record, error, signal);
    return 'failed';
  }
};

/** A canary is not counted with the records, because it is not a webhook from Twilio. */
const processCanary = async (
  { store, log, storeCanaries = false }: ConsumerPorts,
  { messageId }: QueueRecord,
  { requestId, eventId }: Envelope,
  canary: Canary,
  signal: AbortSignal,
): Promise<'done'> => {
  if (storeCanaries) await store.storeCanary(canary, signal);
  log('info', { reason: storeCanaries ? 'canary_stored' : 'canary_dropped', messageId, requestId, eventId });
  return 'done';
};

const storeOnce = async (
  { store, metrics }: ConsumerPorts,
  envelope: Envelope,
  webhooks: readonly StoredWebhook[],
  text: TextOutcome,
  signal: AbortSignal,
): Promise<RecordOutcome> => {
  switch (text.kind) {
    case 'claimed':
      return storeWebhooks({ store, metrics, signal }, signedTextOf(envelope), webhooks, text.eventsStored);
    case 'repeated':
      return text.hasOtherToken ? 'repeated_text' : 'duplicate';
    case 'other_reading':
      return otherReading(text);
  }
};

/** For `gateway account`: what the queue has more than once, and what ingress has not accepted. */
const countDelivery = (
  { metrics }: ConsumerPorts,
  record: QueueRecord,
  { via }: Envelope,
  text: TextOutcome,
  outcome: RecordOutcome,
): void => {
  const isAgain = (receiveCount(record) ?? 1) > 1 || (text.kind === 'claimed' && text.isAgain === true);
  if (isAgain && (outcome === 'duplicate' || outcome === 'stored_unrecognized')) metrics.count('Redelivered');
  if (via === 'backfill' && !(isAgain && outcome === 'duplicate')) metrics.count('BackfillReceived');
};

const signedTextOf = (envelope: Envelope): SignedText => {
  const { accountSid, signedTextHash, requestId, receivedAt, idempotencyToken, via } = envelope;
  return {
    accountSid,
    signedTextHash,
    // Nobody signed the text of a backfill, and Twilio's list may describe a message differently the next time.
    reading: via === 'backfill' ? signedTextHash : readingDigest(envelope),
    requestId,
    receivedAt,
    ...(idempotencyToken === undefined ? {} : { idempotencyToken }),
  };
};

/**
 * Regards the request that ingress received first as genuine, and another reading of its text as a forgery.
 * @throws PoisonEnvelopeError if the queue delivered the two in reverse order: then the stored reading is suspect, and
 * an operator must compare the two
 */
const otherReading = ({ isEarlier }: Extract<TextOutcome, { kind: 'other_reading' }>): RecordOutcome => {
  if (!isEarlier) return 'other_reading';
  throw new PoisonEnvelopeError(
    'other_reading',
    'a request that was received later has the same signed text with other boundaries, and is stored',
  );
};

const reportOutcome = (
  { log, metrics }: ConsumerPorts,
  record: QueueRecord,
  envelope: Envelope,
  [first]: readonly StoredWebhook[],
  outcome: RecordOutcome,
): void => {
  const { level, reason, metrics: counted } = reports[outcome];
  for (const name of counted) metrics.count(name);
  log(level, {
    reason,
    detail: first?.kind === 'unrecognized' ? first.reason : undefined,
    messageId: record.messageId,
    requestId: envelope.requestId,
    eventId: envelope.eventId,
    // Ingress logs the account of every webhook; a line that somebody acts on has it as well.
    account: level === 'info' ? undefined : envelope.accountSid.slice(-6),
  });
};

const reportFailure = ({ log, metrics }: ConsumerPorts, record: QueueRecord, error: unknown): void => {
  metrics.count('RecordFailed');
  log('error', {
    reason: 'record_failed',
    messageId: record.messageId,
    receiveCount: receiveCount(record),
    ...describeError(error),
  });
};

const returnPoison = async (
  { changeVisibility, log, metrics }: ConsumerPorts,
  record: QueueRecord,
  poison: PoisonEnvelopeError,
  signal: AbortSignal,
): Promise<void> => {
  metrics.count('PoisonEnvelope');
  log('error', {
    reason: 'poison_envelope',
    // Constant texts, which name the problem and never quote the message.
    detail: poison.message,
    messageId: record.messageId,
    receiveCount: receiveCount(record),
  });
  try {
    await changeVisibility(record.receiptHandle, 0, signal);
  } catch (error) {
    const { errorName } = describeError(error);
    log('warn', { reason: 'retry_now_failed', messageId: record.messageId, errorName });
  }
};

/** Its name is the `errorName` in the log of a record that was not started. */
class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}
