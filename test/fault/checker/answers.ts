import type { Check } from './check-history';
import { sent } from './rows';

/** The gateway's own bound: Event Streams wait 5 s, and webhooks 15 s. */
const maxAnswerMs = 4_500;

/** Faults after which ingress cannot verify a signature, or has no process. */
const preventsVerification = (action: string, kind: string): boolean =>
  ['GetSecretValue', 'DescribeSecret'].includes(action) || (action === 'SendMessage' && kind.startsWith('killed'));

/**
 * Forged requests are rejected. A starved machine may not read a secret in time, and then 503 is right; so a
 * forgery is also delivered again, and its last delivery must be rejected.
 */
export const forgedIsRejected: Check = (history) => {
  const mayFail = history.plan.faults.some(({ action, kind }) => preventsVerification(action, kind));
  return sent(history).flatMap(({ request, exchanges }) =>
    request.forgery === undefined
      ? []
      : exchanges
          .filter(({ status }, at) =>
            status === undefined || status >= 500 ? !mayFail && at === exchanges.length - 1 : status < 400,
          )
          .map(({ status }) => ({
            invariant: 'forged requests are rejected' as const,
            found:
              `${request.id} (${request.forgery ?? ''} of a ${request.route} webhook) ` +
              `was answered ${status ?? 'nothing'}`,
          })),
  );
};

/** Twilio does not deliver a rejected webhook again: it is lost. */
export const genuineIsNotRejected: Check = (history) =>
  sent(history).flatMap(({ request, exchanges }) =>
    request.forgery !== undefined
      ? []
      : exchanges
          .filter(({ status = 0 }) => status >= 300 && status < 500)
          .map(({ status }) => ({
            invariant: 'genuine webhooks are not rejected' as const,
            found: `${request.id} is genuine and was answered ${status ?? 'nothing'}`,
          })),
  );

export const inTime: Check = ({ exchanges }) =>
  exchanges
    // Time that the machine stalled does not count; on an idle machine that is nothing.
    .filter(({ durationMs, stalledMs }) => durationMs - stalledMs > maxAnswerMs)
    .map(({ request, durationMs, stalledMs }) => ({
      invariant: 'answers are in time',
      found: `${request} was answered after ${durationMs} ms, with the machine stalled for ${stalledMs} ms`,
    }));
