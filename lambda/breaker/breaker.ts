import { breakerMaxReceives, type FinalDecision } from '../shared/breaker/breaker-record';
import { decodeEnvelope, PoisonEnvelopeError } from '../shared/payload/envelope';
import type { MetricName } from '../shared/contract/metric-names';
import { receiveCount, type BatchOptions, type QueueRecord } from '../shared/runtime/batch';
import { describeError } from '../shared/runtime/describe-error';
import type { ChangeVisibility, Log, LogLevel, Metrics } from '../shared/runtime/ports';
import { TwilioApiError } from '../shared/twilio/twilio-api-error';
import { drill } from './drill';
import { BreakerConfigError, errorDetail, NotYetError } from './errors';
import { readFiring, type Firing } from './trigger-event';
import { decide, type DecideOptions, type DecidePorts } from './decide';
import type { BreakerDecision, BreakerStore, ClaimResult, OpenRow } from './ports';

export interface BreakerPorts extends DecidePorts {
  readonly store: BreakerStore;
  readonly changeVisibility: ChangeVisibility;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface BreakerOptions extends DecideOptions {
  /** Seconds before the first retry; each further one waits four times as long. */
  readonly retryDelaySeconds: number;
}

/** How a decision is logged and counted. */
const reports: Readonly<
  Record<FinalDecision, { readonly level: LogLevel; readonly metric: MetricName; readonly reason: string }>
> = {
  tripped: { level: 'error', metric: 'BreakerTripped', reason: 'breaker_tripped' },
  dry_run: { level: 'warn', metric: 'BreakerWouldTrip', reason: 'breaker_decision' },
  already_suspended: { level: 'warn', metric: 'BreakerAlreadyStopped', reason: 'breaker_decision' },
  already_closed: { level: 'warn', metric: 'BreakerAlreadyStopped', reason: 'breaker_decision' },
  rearmed: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  unknown_trigger: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  main_account: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  other_account: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  invalid_values: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  below_threshold: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  usage_not_confirmed: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  period_over: { level: 'warn', metric: 'BreakerRefused', reason: 'breaker_decision' },
  date_unreadable: { level: 'error', metric: 'BreakerSuppressed', reason: 'breaker_decision' },
  date_out_of_range: { level: 'error', metric: 'BreakerSuppressed', reason: 'breaker_decision' },
  drill: { level: 'info', metric: 'BreakerDrill', reason: 'breaker_decision' },
};

/** How the breaker works through a batch of its queue, which has one message. */
export const breakerBatch = (ports: BreakerPorts, options: BreakerOptions): BatchOptions => ({
  process: (record, signal) => processRecord(ports, options, record, signal),
  skip: () => undefined,
  concurrency: 1,
  minStartMs: 0,
  reserveMs: 3_000,
});

/**
 * Processes one firing of a usage trigger, once: its row in the table shows whether it is decided. If it cannot be
 * decided, the message is retried with growing delays, and finally goes to the dead-letter queue.
 */
const processRecord = async (
  ports: BreakerPorts,
  options: BreakerOptions,
  record: QueueRecord,
  signal: AbortSignal,
): Promise<'done' | 'failed'> => {
  let facts: Facts | undefined;
  try {
    const firing = readFiring(decodeEnvelope(record.body));
    facts = factsOf(record, firing);
    await processFiring(ports, options, firing, facts, signal);
    return 'done';
  } catch (error) {
    await reportFailure(ports, options, record, facts, error);
    return 'failed';
  }
};

/** The log fields of a firing. */
type Facts = ReturnType<typeof factsOf>;

const factsOf = (record: QueueRecord, firing: Firing) => ({
  messageId: record.messageId,
  requestId: firing.requestId,
  account: firing.accountSid.slice(-6),
  kind: 'usage',
  receiveCount: receives(record),
});

const receives = (record: QueueRecord): number => receiveCount(record) ?? 1;

const processFiring = async (
  ports: BreakerPorts,
  options: BreakerOptions,
  firing: Firing,
  facts: Facts,
  signal: AbortSignal,
): Promise<void> => {
  const claim = await ports.store.claim(firing, signal);
  switch (claim.kind) {
    case 'busy':
      throw new NotYetError('Another delivery of this firing is being processed.');
    case 'decided':
      await reportDecidedBefore(ports, firing, facts, claim, signal);
      return;
    case 'open':
  }
  let final: BreakerDecision;
  try {
    final = await decideFiring(ports, options, firing, claim, facts.receiveCount, signal);
  } catch (error) {
    // For the operator only; the attempt has failed anyway.
    await claim.noteError(errorDetail(error)).catch(() => undefined);
    throw error;
  }
  await claim.decide(final);
  const { level, metric, reason } = reports[final.decision];
  ports.metrics.count(metric);
  const detail = final.detail === undefined ? final.decision : `${final.decision}: ${final.detail}`;
  ports.log(level, { ...facts, reason, detail });
};

const reportDecidedBefore = async (
  { store, log, metrics }: BreakerPorts,
  firing: Firing,
  facts: Facts,
  claim: Extract<ClaimResult, { kind: 'decided' }>,
  signal: AbortSignal,
): Promise<void> => {
  const isRedelivery = claim.requestId === firing.requestId;
  if (!isRedelivery) await store.noteReplay(firing, signal);
  metrics.count(isRedelivery ? 'Duplicate' : 'BreakerSuppressed');
  log(isRedelivery ? 'info' : 'error', {
    ...facts,
    reason: 'breaker_decision',
    detail:
      `${isRedelivery ? 'redelivery' : 'replay'}: this firing was decided before ` +
      `(${claim.decision}); nothing is done`,
    duplicate: true,
  });
};

const unusableDates = {
  date_unreadable: 'DateFired is missing or malformed',
  date_out_of_range: 'DateFired is more than two days from the time at which the webhook arrived',
} as const;

const decideFiring = (
  ports: BreakerPorts,
  options: BreakerOptions,
  firing: Firing,
  row: OpenRow,
  count: number,
  signal: AbortSignal,
): Promise<BreakerDecision> => {
  const { dateFired, isDrill } = firing;
  if (dateFired.kind !== 'ok') {
    return Promise.resolve({ decision: dateFired.kind, detail: unusableDates[dateFired.kind] });
  }
  return isDrill
    ? drill(ports, options.triggers, signal)
    : decide(ports, options, firing, dateFired.day, row, count, signal);
};

const reportFailure = async (
  { changeVisibility, log, metrics }: BreakerPorts,
  { retryDelaySeconds }: BreakerOptions,
  record: QueueRecord,
  facts: Facts | undefined,
  error: unknown,
): Promise<void> => {
  const isPoison = error instanceof PoisonEnvelopeError;
  const isWaiting = error instanceof NotYetError;
  const { errorName, serviceStatus } = describeError(error);
  if (isPoison) metrics.count('PoisonEnvelope');
  else if (error instanceof BreakerConfigError) metrics.count('ConfigError');
  if (!isWaiting) metrics.count('BreakerFailed');
  log(isWaiting ? 'warn' : 'error', {
    messageId: record.messageId,
    receiveCount: receives(record),
    ...facts,
    reason: isPoison ? 'poison_envelope' : 'breaker_decision',
    detail: isPoison ? error.message : `undecided, will be retried: ${errorDetail(error)}`,
    errorName,
    serviceStatus: error instanceof TwilioApiError ? error.status : serviceStatus,
  });
  try {
    await changeVisibility(record.receiptHandle, retryDelay(receives(record), isPoison, retryDelaySeconds));
  } catch {
    // Then the queue's visibility timeout is the back-off.
    log('warn', { reason: 'retry_delay_failed', messageId: record.messageId });
  }
};

/** A poison message cannot succeed, and the last receive leads to the dead-letter queue: neither waits. */
const retryDelay = (count: number, isPoison: boolean, firstSeconds: number): number =>
  isPoison || count >= breakerMaxReceives ? 0 : firstSeconds * 4 ** (Math.max(1, count) - 1);
