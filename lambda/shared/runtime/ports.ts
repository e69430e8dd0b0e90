import type { MetricName } from '../contract/metric-names';

/** What every function needs beside its own ports. Implemented in `lambda/aws`, faked in tests. */

/** Counts events. Values are added up until `flush`. */
export interface Metrics {
  count(name: MetricName, value?: number): void;
}

/**
 * Everything a log line may hold. It is a closed list: no field for a body, a number, a signature, a header or the text
 * of a foreign error, which may quote its input.
 */
export interface LogFields {
  readonly requestId?: string | undefined;
  readonly route?: string | undefined;
  readonly method?: string | undefined;
  readonly status?: number | undefined;
  /** A code from a closed set; alarms and the runbook know it. */
  readonly reason: string;
  /** Constant text that makes the reason precise, and says what to do where a human must act. */
  readonly detail?: string | undefined;
  /** The last six characters. */
  readonly account?: string | undefined;
  readonly messageSid?: string | undefined;
  readonly kind?: string | undefined;
  readonly eventId?: string | undefined;
  readonly bytes?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly sourceIp?: string | undefined;
  /** At most 200 characters. */
  readonly userAgent?: string | undefined;
  readonly tokenSlot?: string | undefined;
  readonly staleSecret?: boolean | undefined;
  readonly duplicate?: boolean | undefined;
  /** The SQS message id. */
  readonly messageId?: string | undefined;
  readonly receiveCount?: number | undefined;
  /** The name (never the message) of an error. */
  readonly errorName?: string | undefined;
  /** HTTP status that an AWS service answered with. */
  readonly serviceStatus?: number | undefined;
}

export type LogLevel = 'info' | 'warn' | 'error';

export type Log = (level: LogLevel, fields: LogFields) => void;

/**
 * Hides a queue message for so many seconds; 0 makes it receivable at once. Best effort; may reject. It takes about a
 * second at most, with or without a signal.
 */
export type ChangeVisibility = (
  receiptHandle: string,
  seconds: number,
  signal?: AbortSignal,
) => Promise<void>;

/** Epoch milliseconds. */
export type Clock = () => number;
