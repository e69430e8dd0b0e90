import type { MetricName } from '../contract/metric-names';

/** Ports that every function uses. Implemented in `lambda/aws`, faked in tests. */

/** Counts events. Values of one name add up. */
export interface Metrics {
  count(name: MetricName, value?: number): void;
}

/**
 * Every field that a log line may have. None is for a body, a phone number, a signature, a header or the message of an
 * error, which may quote its input.
 */
export interface LogFields {
  readonly requestId?: string | undefined;
  readonly route?: string | undefined;
  readonly method?: string | undefined;
  readonly status?: number | undefined;
  /** A code from a closed set; alarms and the runbook know it. */
  readonly reason: string;
  /** Constant text: details of the reason, and what to do if the operator must act. */
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
  /** The HTTP status of an AWS service's answer. */
  readonly serviceStatus?: number | undefined;
}

export type LogLevel = 'info' | 'warn' | 'error';

export type Log = (level: LogLevel, fields: LogFields) => void;

/**
 * Hides a queue message for a number of seconds; 0 makes it receivable at once. Best effort; may reject. It takes about
 * a second at most, with or without a signal.
 */
export type ChangeVisibility = (receiptHandle: string, seconds: number, signal?: AbortSignal) => Promise<void>;
