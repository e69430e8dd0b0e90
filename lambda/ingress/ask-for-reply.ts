import { receivedMessage, type ReceivedWebhook } from '../shared/events/received-message';
import { raceDeadline, withDeadline } from '../shared/runtime/deadline';
import type { Log, Metrics } from '../shared/runtime/ports';
import type { InvokeOutcome, ReplyFunction } from './ports';
import { readAnswer, type AnswerProblem } from './reply-answer';
import type { ReplyTo } from './static-reply';

/** Why a message got the static reply instead of the function's. Logged. */
type FallbackDetail = 'late' | Exclude<InvokeOutcome['kind'], 'ok'> | AnswerProblem;

interface Fallback {
  readonly detail: FallbackDetail;
  readonly errorName?: string | undefined;
  readonly serviceStatus?: number | undefined;
}
type Asked = { readonly twiml: string | undefined } | Fallback;

export interface ReplyPorts {
  /** The static reply. @default no reply */
  readonly replyTo?: ReplyTo | undefined;
  /** Your function that is asked first. @default only static replies */
  readonly replyFunction?: ReplyFunction | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * The TwiML that answers a message that SQS has; undefined: no reply. It never rejects, and it takes no longer than the
 * function's time and the signal allow. Twilio has answered a message with `OptOutType`, so nobody is asked about it.
 * @param signal the deadline of the answer
 */
export const replyToMessage = async (
  webhook: ReceivedWebhook,
  requestId: string,
  { replyTo, replyFunction, metrics, log, now }: ReplyPorts,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { params, messageSid } = webhook;
  if (replyFunction !== undefined && params['OptOutType'] === undefined) {
    const startedAt = now();
    const asked = await ask(webhook, replyFunction, signal);
    if ('twiml' in asked) return asked.twiml;
    metrics.count('ReplyFallback');
    log('warn', { requestId, reason: 'reply_fallback', messageSid, durationMs: now() - startedAt, ...asked });
  }
  return replyTo?.(params);
};

const ask = async (
  webhook: ReceivedWebhook,
  { invoke, timeoutMs }: ReplyFunction,
  deadline: AbortSignal,
): Promise<Asked> => {
  if (deadline.aborted) return late();
  try {
    return await withDeadline(
      timeoutMs,
      (signal) => raceDeadline(signal, askInTime(webhook, invoke, signal), late),
      deadline,
    );
  } catch (error) {
    return { detail: 'unavailable', errorName: error instanceof Error ? error.name : typeof error };
  }
};

const late = (): Asked => ({ detail: 'late' });

const askInTime = async (
  webhook: ReceivedWebhook,
  invoke: ReplyFunction['invoke'],
  signal: AbortSignal,
): Promise<Asked> => {
  const outcome = await invoke(JSON.stringify(receivedMessage(webhook)), signal);
  if (outcome.kind !== 'ok') {
    const { kind, ...cause } = outcome;
    return { detail: kind, ...cause };
  }
  const answer = readAnswer(outcome.payload);
  return 'problem' in answer ? { detail: answer.problem } : answer;
};
