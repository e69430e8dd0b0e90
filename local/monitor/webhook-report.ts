import type { AnsweredRequest } from './answered-request';
import { errorText, textOf, textOrNull, type LogFields } from './log-record';
import { summaryOf, type WebhookSummary } from './webhook-summary';

/** The answer to a request. */
export interface Answer extends Pick<
  AnsweredRequest,
  'requestId' | 'receivedAt' | 'method' | 'status' | 'durationMs' | 'route'
> {
  /** Without the query, which may have parameters of a webhook. */
  readonly path: string;
  readonly summary: WebhookSummary;
}

export type WebhookResult =
  /** Accepted, and the consumer has not reported within the time that a person waits for a line. */
  | 'accepted'
  /** The consumer has failed; the queue gives it the webhook again. */
  | 'not_stored_yet'
  | 'stored'
  | 'duplicate'
  | 'refused'
  /** Lost before it reached the HTTP API, with `--swallow`. */
  | 'swallowed'
  /** By a route of the app's own. */
  | 'answered';

/** One line of the terminal. */
export interface WebhookReport extends Answer {
  readonly result: WebhookResult;
  /** In the log of ingress or of the consumer; null where the result says everything. */
  readonly reason: string | null;
  readonly detail: string | null;
}

export const answerOf = (request: AnsweredRequest): Answer => {
  const { requestId, receivedAt, method, url, status, durationMs, route } = request;
  const [path = ''] = url.split('?');
  return { requestId, receivedAt, method, path, status, durationMs, route, summary: summaryOf(request) };
};

export const reportOf = (
  answer: Answer,
  result: WebhookResult,
  reason: string | null = null,
  detail: string | null = null,
): WebhookReport => ({ ...answer, result, reason, detail });

/** By the reasons in the consumer's log. */
const storedResults: Readonly<Record<string, WebhookResult>> = {
  record_stored: 'stored',
  unrecognized_webhook: 'stored',
  other_content: 'stored',
  duplicate: 'duplicate',
  repeated_text: 'duplicate',
  other_reading: 'refused',
  canary_stored: 'stored',
  canary_dropped: 'accepted',
};

/** Whether a record of the consumer has the result of a webhook. */
export const isStoreRecord = (record: LogFields): boolean => Object.hasOwn(storedResults, textOf(record['reason']));

/** The report of a webhook that the consumer is done with. */
export const storeReport = (answer: Answer, record: LogFields): WebhookReport => {
  const reason = textOf(record['reason']);
  return reportOf(
    answer,
    storedResults[reason] ?? 'stored',
    reason === 'record_stored' || reason === 'duplicate' ? null : reason,
    textOrNull(record['detail']),
  );
};

/** The report of a webhook that the consumer has failed with, and will get again. */
export const failureReport = (answer: Answer, record: LogFields): WebhookReport => {
  const detail = [errorText(record), `receive ${textOf(record['receiveCount'])}`].filter((text) => text !== '');
  return reportOf(answer, 'not_stored_yet', textOrNull(record['reason']), detail.join(', '));
};
