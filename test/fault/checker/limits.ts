import type { History } from '../history/history';
import type { Check, Violation } from './check-history';
import { sent } from './rows';

/** The circuit breaker suspends at most one account per firing, and only configured ones. */
export const suspensionHasFiring: Check = (history) => {
  const { suspensions } = history;
  const firings = sent(history).filter(
    ({ request }) => request.route === 'usage' && request.forgery === undefined,
  ).length;
  return [
    ...(suspensions.length > firings
      ? [`${suspensions.length} suspensions after ${firings} firings of usage triggers`]
      : []),
    ...suspensions
      .filter(({ isConfigured }) => !isConfigured)
      .map(({ accountSid }) => `${accountSid} was suspended, but is not configured`),
  ].map((found) => ({ invariant: 'each suspension has a firing', found }));
};

/** No log contains a secret. The report does not repeat the secret. */
export const nothingSecretLogged = ({ log, secrets }: Pick<History, 'log' | 'secrets'>): readonly Violation[] =>
  secrets
    .filter((secret) => log.includes(secret))
    .map((secret) => {
      const at = log.indexOf(secret);
      const line = log.slice(log.lastIndexOf('\n', at) + 1, at);
      return {
        invariant: 'nothing secret is logged',
        found: `a secret of ${secret.length} characters is in the log after …${line.slice(-40)}`,
      };
    });
