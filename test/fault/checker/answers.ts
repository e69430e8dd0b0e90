import type { Check } from './check-history';
import { sent } from './rows';

/** Twilio waits 15 s. The gateway's own bound is below 4.5 s; the rest is for a busy machine. */
const maxAnswerMs = 10_000;

/** Faults that leave ingress without the means to judge a signature, or without a process. */
const isJudgeHindered = (action: string, kind: string): boolean =>
  ['GetSecretValue', 'DescribeSecret'].includes(action) ||
  (action === 'SendMessage' && kind.startsWith('killed'));

/**
 * I3: what is not genuine is refused. On a starved machine a secret may not be read in time, and then 503 is right: so a forgery is
 * delivered again like anything else, and of its deliveries the last is refused.
 */
export const forgedIsRefused: Check = (history) => {
  const hindered = history.plan.faults.some(({ action, kind }) => isJudgeHindered(action, kind));
  return sent(history).flatMap(({ request, exchanges }) =>
    request.forgery === undefined
      ? []
      : exchanges
          .filter(({ status }, at) =>
            status === undefined || status >= 500 ? !hindered && at === exchanges.length - 1 : status < 400,
          )
          .map(({ status }) => ({
            invariant: 'forged is refused' as const,
            found: `${request.id} (${request.forgery ?? ''} of a ${request.route} webhook) was answered ${status ?? 'nothing'}`,
          })),
  );
};

/** A refused webhook is a lost one: Twilio does not try it again. */
export const genuineIsNotRefused: Check = (history) =>
  sent(history).flatMap(({ request, exchanges }) =>
    request.forgery !== undefined
      ? []
      : exchanges
          .filter(({ status = 0 }) => status >= 300 && status < 500)
          .map(({ status }) => ({
            invariant: 'genuine is not refused' as const,
            found: `${request.id} is genuine and was answered ${status ?? 'nothing'}`,
          })),
  );

export const inTime: Check = ({ exchanges }) =>
  exchanges
    .filter(({ durationMs }) => durationMs > maxAnswerMs)
    .map(({ request, durationMs }) => ({
      invariant: 'answers are in time',
      found: `${request} was answered after ${durationMs} ms`,
    }));
