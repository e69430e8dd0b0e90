import type { Row } from '../history/history';
import type { Check, Violation } from './check-history';
import { isAccepted } from './rows';

/** `gateway account` and the checker count the same, each on its own. The handlers of a history count nothing. */
export const accountIsRight: Check = (history) => {
  const { account } = history;
  if (account === undefined) return [];
  const { received, accepted, stored, dead } = account.account;
  const count = (fits: (status: number | undefined) => boolean): number =>
    history.exchanges.filter(({ status }) => fits(status)).length;
  const answered = count((status) => status !== undefined);
  const acknowledged = history.exchanges.filter(isAccepted).length;
  // It may have been counted as accepted before the function ended or the connection was cut.
  const unclear = count((status) => status === undefined || status >= 500);
  return [
    ...outside('received', received, answered, history.exchanges.length),
    ...outside('accepted', accepted, acknowledged, acknowledged + unclear),
    ...outside('stored', stored, storedIn(history.final.rows), storedIn(history.final.rows)),
    ...outside('dead', dead, 0, 0),
    ...account.sums.flatMap(({ name, text, problem }) =>
      problem === undefined ? [] : violation(`the sum ${name} does not agree: ${text}: ${problem}`),
    ),
  ];
};

const violation = (found: string): readonly Violation[] => [{ invariant: 'the loss account is right', found }];

const outside = (name: string, counted: number, least: number, most: number): readonly Violation[] =>
  counted >= least && counted <= most
    ? []
    : violation(`${counted} ${name} by the account, ${least === most ? least : `${least} to ${most}`} by the checker`);

/** Incoming messages, statuses, and the requests that other events came in. */
const storedIn = (rows: readonly Row[]): number => {
  const events = rows.filter(({ sk }) => sk.startsWith('EVENT'));
  return (
    rows.filter(({ sk, direction }) => sk.startsWith('STATUS#') || (sk === 'MESSAGE' && direction === 'inbound'))
      .length + new Set(events.map(({ requestId }) => requestId)).size
  );
};
