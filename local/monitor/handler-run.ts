import type { HandlerRun } from './gateway-monitor';
import { errorText, textOf, textOrNull, type LogFields } from './log-record';

const outcomes: readonly HandlerRun['outcome'][] = ['handled', 'duplicate', 'failed', 'dead_letter'];

/**
 * The run that a record of a handler's log is about.
 * @returns undefined for any other record
 */
export const handlerRunOf = (handler: string, record: LogFields, now: Date): HandlerRun | undefined => {
  const outcome = outcomes.find((known) => known === record['reason']);
  // A line of the handler's own has a message.
  if (outcome === undefined || record['eventId'] === undefined || record['message'] !== undefined) return undefined;
  return {
    at: now.toISOString(),
    handler,
    eventId: textOf(record['eventId']),
    subject: textOrNull(record['messageSid']),
    outcome,
    durationMs: numberOrNull(record['durationMs']),
    receiveCount: numberOrNull(record['receiveCount']) ?? 1,
    error: textOrNull(errorText(record)),
  };
};

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
