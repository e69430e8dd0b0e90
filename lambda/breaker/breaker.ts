import { breakerMaxReceives, type FinalDecision } from '../shared/breaker/breaker-record';
import { decodeEnvelope, PoisonEnvelopeError } from '../shared/payload/envelope';
import type { MetricName } from '../shared/contract/metric-names';
import type { Log, LogLevel, Metrics } from '../shared/runtime/ports';
import { drill } from './drill';
import { BreakerConfigError, describeFault, UsageNotConfirmedYetError } from './errors';
import { readFiring, type Firing } from './trigger-event';
import { createJudge, type JudgeOptions, type JudgePorts } from './decide';
import type { Claim, BreakerStore, OpenRow, RetryIn, Verdict } from './ports';

/** A message of the breaker's queue. */
export interface BreakerRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** How often the queue has given it, this time included. */
  readonly receiveCount: number;
}

export interface BreakerPorts extends JudgePorts {
  readonly ledger: BreakerStore;
  readonly retryIn: RetryIn;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface BreakerOptions extends JudgeOptions {
  /** Seconds before the first retry; each further one waits four times as long. */
  readonly retryDelaySeconds: number;
}

/** Resolves when the message may be deleted (`done`) or must come back (`failed`). */
export type ProcessBreakerRecord = (record: BreakerRecord, signal: AbortSignal) => Promise<'done' | 'failed'>;

/** What the log and the alarms make of a decision. */
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

const unusableDates = {
  date_unreadable: 'DateFired is missing or malformed',
  date_out_of_range: 'DateFired is more than two days from the time at which the webhook arrived',
} as const;

const detailOf = ({ decision, detail }: Verdict): string =>
  detail === undefined ? decision : `${decision}: ${detail}`;

/**
 * Deals with one firing of a usage trigger, once: the row in the table says whether it was dealt with. Whatever keeps it from a
 * decision brings the message back, later each time, and at last into the dead-letter queue.
 */
export const createBreaker = (ports: BreakerPorts, options: BreakerOptions): ProcessBreakerRecord => {
  const { ledger, retryIn, log, metrics } = ports;
  const judge = createJudge(ports, options);

  const factsOf = (record: BreakerRecord, firing: Firing) => ({
    messageId: record.messageId,
    requestId: firing.requestId,
    account: firing.accountSid.slice(-6),
    kind: 'usage',
    receiveCount: record.receiveCount,
  });

  const alreadyDecided = async (
    record: BreakerRecord,
    firing: Firing,
    claim: Extract<Claim, { kind: 'decided' }>,
    signal: AbortSignal,
  ): Promise<void> => {
    const isRedelivery = claim.requestId === firing.requestId;
    if (!isRedelivery) await ledger.noteReplay(firing, signal);
    metrics.count(isRedelivery ? 'Duplicate' : 'BreakerSuppressed');
    log(isRedelivery ? 'info' : 'error', {
      ...factsOf(record, firing),
      reason: 'breaker_decision',
      detail: `${isRedelivery ? 'redelivery' : 'replay'}: this firing was decided before (${claim.decision}); nothing is done`,
      duplicate: true,
    });
  };

  const decide = (
    record: BreakerRecord,
    firing: Firing,
    row: OpenRow,
    signal: AbortSignal,
  ): Promise<Verdict> => {
    const { dateFired, isDrill } = firing;
    if (dateFired.kind !== 'ok') {
      return Promise.resolve({ decision: dateFired.kind, detail: unusableDates[dateFired.kind] });
    }
    return isDrill
      ? drill(ports, options.triggers, signal)
      : judge(firing, dateFired.day, row, record.receiveCount, signal);
  };

  const processFiring = async (record: BreakerRecord, firing: Firing, signal: AbortSignal): Promise<void> => {
    const claim = await ledger.claim(firing, signal);
    switch (claim.kind) {
      case 'busy':
        throw new UsageNotConfirmedYetError('Another delivery of this firing is being dealt with.');
      case 'decided':
        await alreadyDecided(record, firing, claim, signal);
        return;
      case 'open':
    }
    let verdict: Verdict;
    try {
      verdict = await decide(record, firing, claim, signal);
    } catch (error) {
      // A note for people; the attempt has failed anyway.
      await claim.noteFault(describeFault(error).detail).catch(() => undefined);
      throw error;
    }
    await claim.decide(verdict);
    const { level, metric, reason } = reports[verdict.decision];
    metrics.count(metric);
    log(level, { ...factsOf(record, firing), reason, detail: detailOf(verdict) });
  };

  const failed = async (
    record: BreakerRecord,
    facts: ReturnType<typeof factsOf> | undefined,
    error: unknown,
  ): Promise<void> => {
    const isPoison = error instanceof PoisonEnvelopeError;
    const { errorName, serviceStatus, detail } = describeFault(error);
    const isWaiting = error instanceof UsageNotConfirmedYetError;
    if (isPoison) metrics.count('PoisonEnvelope');
    else if (error instanceof BreakerConfigError) metrics.count('ConfigError');
    if (!isWaiting) metrics.count('BreakerFailed');
    log(isWaiting ? 'warn' : 'error', {
      messageId: record.messageId,
      receiveCount: record.receiveCount,
      ...facts,
      reason: isPoison ? 'poison_envelope' : 'breaker_decision',
      detail: isPoison ? error.message : `undecided, comes again: ${detail}`,
      errorName,
      serviceStatus,
    });
    try {
      await retryIn(record.receiptHandle, retryDelay(record, isPoison, options.retryDelaySeconds));
    } catch {
      // The queue's visibility timeout is the back-off then.
      log('warn', { reason: 'retry_delay_failed', messageId: record.messageId });
    }
  };

  return async (record, signal) => {
    let facts: ReturnType<typeof factsOf> | undefined;
    try {
      const firing = readFiring(decodeEnvelope(record.body));
      facts = factsOf(record, firing);
      await processFiring(record, firing, signal);
      return 'done';
    } catch (error) {
      await failed(record, facts, error);
      return 'failed';
    }
  };
};

/** No time heals a poison message, and after the last receive the dead-letter queue is the next stop: both go on at once. */
const retryDelay = ({ receiveCount }: BreakerRecord, isPoison: boolean, firstSeconds: number): number =>
  isPoison || receiveCount >= breakerMaxReceives ? 0 : firstSeconds * 4 ** (Math.max(1, receiveCount) - 1);
