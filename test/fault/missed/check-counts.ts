import type { Violation } from '../checker/check-history';
import type { Row } from '../history/history';
import { isMessageRow, isStatusRow } from '../history/keys';
import type { MissedHistory } from './history';

const wrong = (found: string): Violation => ({ invariant: 'missed webhooks are counted exactly', found });

/**
 * What was backfilled is counted as missed once, and once as backfilled, however often it was enqueued. Only of the page
 * at which an invocation was killed, any part may be counted or not: its last lines may be lost.
 */
export const countedExactly = ({ plan, reconciliations }: MissedHistory): readonly Violation[] => {
  const all = new Set(reconciliations.flatMap(({ enqueued }) => enqueued)).size;
  const kills = reconciliations.reduce((total, one) => total + one.kills, 0);
  const unclear = kills * (plan.lists.pageSize ?? 0);
  const check = (name: string, counted: number): readonly Violation[] =>
    counted >= all - unclear && counted <= all + unclear
      ? []
      : [wrong(`${name} is ${counted} in all; ${all} were backfilled, and the reconciler was killed ${kills} times`)];
  const sum = (of: 'missed' | 'backfilled') => reconciliations.reduce((total, one) => total + one[of], 0);
  return [...check('MissedWebhooks', sum('missed')), ...check('BackfilledMessages', sum('backfilled'))];
};

/** What is counted as missed was not in the table: neither the message, nor the status. */
export const onlyMissingIsBackfilled = ({ reconciliations }: MissedHistory): readonly Violation[] =>
  reconciliations.flatMap(({ when, before, enqueued }) =>
    enqueued
      .filter((eventId) => before.some((row) => isAbout(row, eventId)))
      .map((eventId) => wrong(`${when}: ${eventId} was backfilled, and the table had it`)),
  );

/** @param eventId the MessageSid of an incoming message; of a status with `#`, the status and its error code */
const isAbout = (row: Row, eventId: string): boolean => {
  const [sid = '', status] = eventId.split(/#(.*)/s);
  if (!row.pk.endsWith(sid)) return false;
  return status === undefined
    ? isMessageRow(row) && row['direction'] === 'inbound'
    : isStatusRow(row) && row.sk.endsWith(`#${status}`);
};
