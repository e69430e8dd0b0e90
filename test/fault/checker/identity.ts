import type { Row } from '../history/history';
import type { Check } from './check-history';
import { matches, isAccepted, sent } from './rows';

const always = ['accountSid', 'from', 'to'] as const;
const ofInbound = [...always, 'body', 'params', 'query', 'numMedia', 'media', 'direction'] as const;

/** The changed attributes of a row's identity. An incoming message has more of them than a status callback. */
const changed = (before: Row, after: Row): readonly string[] => {
  // An earlier delivery that waited in the queue may replace a later one.
  if ((after['receivedAt'] ?? '') < (before['receivedAt'] ?? '') && before['direction'] === after['direction']) {
    return before['accountSid'] === after['accountSid'] ? [] : ['accountSid'];
  }
  const names = before['direction'] === 'inbound' ? ofInbound : always;
  return names.filter((name) => before[name] !== after[name]);
};

/** From one snapshot of the table to the next, no row changes its identity, and none disappears. */
export const contentDoesNotChange: Check = ({ snapshots, afterTraffic, final }) => {
  const all = [...snapshots, afterTraffic.rows, final.rows];
  return all.slice(1).flatMap((rows, at) =>
    (all[at] ?? []).flatMap((before) => {
      const after = rows.find(({ pk, sk }) => pk === before.pk && sk === before.sk);
      const differences = after === undefined ? ['existence'] : changed(before, after);
      return differences.length === 0
        ? []
        : [
            {
              invariant: 'stored content does not change' as const,
              found: `${before.pk} ${before.sk} changed its ${differences.join(', ')}`,
            },
          ];
    }),
  );
};

/** A version that was sent after another had been accepted must not replace it. */
export const laterNeverWins: Check = (history) => {
  const genuine = sent(history).filter(({ request }) => request.forgery === undefined);
  return genuine.flatMap(({ request, exchanges }) => {
    const firstSentAt = Math.min(...exchanges.map(({ sentAt }) => sentAt));
    return request.rows
      .filter((expected) => history.final.rows.some((row) => matches(row, expected)))
      .filter((expected) =>
        genuine.some(
          (other) =>
            other.request.rows.some(
              ({ pk, sk, content }) =>
                pk !== undefined && pk === expected.pk && sk === expected.sk && content !== expected.content,
            ) && other.exchanges.some((exchange) => isAccepted(exchange) && exchange.answeredAt < firstSentAt),
        ),
      )
      .map((expected) => ({
        invariant: 'stored content does not change' as const,
        found: `${expected.pk ?? ''} ${expected.sk} was overwritten by ${request.id}, which was received later`,
      }));
  });
};
