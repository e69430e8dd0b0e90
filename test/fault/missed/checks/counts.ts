import type { Violation } from '../../checker/check-history';
import type { Row } from '../../history/history';
import { isMessageRow, isStatusRow } from '../../history/keys';
import type { MissedHistory } from '../history';

const wrong = (found: string): Violation => ({ invariant: 'missed webhooks are counted exactly', found });

const ids = (history: MissedHistory, of: 'named' | 'enqueued'): readonly string[] =>
  history.reconciliations.flatMap((reconciliation) => reconciliation[of]);

/** Each message and status is counted and named as missed once, however often it is found and enqueued. */
export const countedOnce = (history: MissedHistory): readonly Violation[] => {
  const named = ids(history, 'named');
  const sum = (of: 'missed' | 'backfilled') => history.reconciliations.reduce((total, one) => total + one[of], 0);
  return [
    ...named.filter((id, at) => named.indexOf(id) !== at).map((id) => wrong(`${id} was counted as missed twice`)),
    ...(['missed', 'backfilled'] as const)
      .filter((of) => sum(of) !== named.length)
      .map((of) => wrong(`${named.length} were named as missed, and ${sum(of)} counted as ${of}`)),
  ];
};

/**
 * What was backfilled is counted. Only of the page at which an invocation was killed, any part may not be: its last
 * lines may be lost.
 */
export const backfilledIsCounted = (history: MissedHistory): readonly Violation[] => {
  const { plan, reconciliations } = history;
  const named = new Set(ids(history, 'named'));
  const uncounted = [...new Set(ids(history, 'enqueued'))].filter((id) => !named.has(id));
  const kills = reconciliations.reduce((total, one) => total + one.kills, 0);
  return uncounted.length <= kills * (plan.lists.pageSize ?? 0)
    ? []
    : [wrong(`${uncounted.join(', ')} were backfilled and not counted; the reconciler was killed ${kills} times`)];
};

/** What is counted or backfilled was not in the table: neither the message, nor the status. */
export const onlyMissingIsCounted = ({ reconciliations }: MissedHistory): readonly Violation[] =>
  reconciliations.flatMap(({ when, before, named, enqueued }) =>
    [...new Set([...named, ...enqueued])]
      .filter((eventId) => before.some((row) => isAbout(row, eventId)))
      .map((eventId) => wrong(`${when}: ${eventId} was missed or backfilled, and the table had it`)),
  );

/** @param eventId the MessageSid of an incoming message; of a status with `#`, the status and its error code */
const isAbout = (row: Row, eventId: string): boolean => {
  const [sid = '', status] = eventId.split(/#(.*)/s);
  if (!row.pk.endsWith(sid)) return false;
  return status === undefined
    ? isMessageRow(row) && row['direction'] === 'inbound'
    : isStatusRow(row) && row.sk.endsWith(`#${status}`);
};
