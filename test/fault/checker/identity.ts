import type { Row } from '../history/history';
import type { Check } from './check-history';
import { holds, isAccepted, sent } from './rows';

const always = ['accountSid', 'from', 'to'] as const;
const ofInbound = [...always, 'body', 'params', 'query', 'numMedia', 'media', 'direction'] as const;

/** What a row says it is. An incoming message says more than a status callback, and never less again. */
const changed = (before: Row, after: Row): readonly string[] => {
  // An earlier delivery that had to wait in the queue takes its place by right.
  if (
    (after['receivedAt'] ?? '') < (before['receivedAt'] ?? '') &&
    before['direction'] === after['direction']
  ) {
    return before['accountSid'] === after['accountSid'] ? [] : ['accountSid'];
  }
  const names = before['direction'] === 'inbound' ? ofInbound : always;
  return names.filter((name) => before[name] !== after[name]);
};

/** I5: from one look at the table to the next, no row becomes another, and none is gone. */
export const identityStays: Check = ({ looks, quiet, final }) => {
  const all = [...looks, quiet.rows, final.rows];
  return all.slice(1).flatMap((rows, at) =>
    (all[at] ?? []).flatMap((before) => {
      const after = rows.find(({ pk, sk }) => pk === before.pk && sk === before.sk);
      const differences = after === undefined ? ['existence'] : changed(before, after);
      return differences.length === 0
        ? []
        : [
            {
              invariant: 'identity stays' as const,
              found: `${before.pk} ${before.sk} changed its ${differences.join(', ')}`,
            },
          ];
    }),
  );
};

/** I5, too: what was sent after another version had been accepted is not what the row ends as. */
export const laterNeverWins: Check = (history) => {
  const genuine = sent(history).filter(({ request }) => request.forgery === undefined);
  return genuine.flatMap(({ request, exchanges }) => {
    const firstSentAt = Math.min(...exchanges.map(({ sentAt }) => sentAt));
    return request.rows
      .filter((expected) => history.final.rows.some((row) => holds(row, expected)))
      .filter((expected) =>
        genuine.some(
          (other) =>
            other.request.rows.some(
              ({ pk, sk, content }) =>
                pk !== undefined && pk === expected.pk && sk === expected.sk && content !== expected.content,
            ) && other.exchanges.some((one) => isAccepted(one) && one.answeredAt < firstSentAt),
        ),
      )
      .map((expected) => ({
        invariant: 'identity stays' as const,
        found: `${expected.pk ?? ''} ${expected.sk} was overwritten by ${request.id}, which came later`,
      }));
  });
};
