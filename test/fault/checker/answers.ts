import type { Check } from './check-history';
import { sent } from './rows';

/** The gateway's own bound: Event Streams wait 5 s, and webhooks 15 s. */
const maxAnswerMs = 4_500;

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
    // In what the machine stood still nobody can answer. On an idle one that is nothing.
    .filter(({ durationMs, stalledMs }) => durationMs - stalledMs > maxAnswerMs)
    .map(({ request, durationMs, stalledMs }) => ({
      invariant: 'answers are in time',
      found: `${request} was answered after ${durationMs} ms, for ${stalledMs} ms of which the machine stood still`,
    }));
