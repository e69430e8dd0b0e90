import type { Row } from '../history/history';
import { isMessageRow, isStatusRow } from '../history/keys';
import { isAbove, statusesInOrder } from '../history/statuses';
import type { Check } from './check-history';

interface Status {
  readonly status: string;
  readonly errorCode: string | undefined;
}

const isKnown = ({ status }: Status): boolean => (statusesInOrder as readonly string[]).includes(status);

const highest = (statuses: readonly Status[]): Status | undefined =>
  statuses.reduce<Status | undefined>(
    (above, candidate) => (above === undefined || isAbove(candidate, above) ? candidate : above),
    undefined,
  );

const statusOf = (row: Row): Status => ({ status: row['status'] ?? '', errorCode: row['errorCode'] });

/** A message has the highest status of its stored callbacks. `acknowledgedIsStored` checks that those are stored. */
export const finalStatus: Check = ({ final: { rows } }) =>
  [...new Set(rows.filter((row) => isMessageRow(row) || isStatusRow(row)).map(({ pk }) => pk))].flatMap((pk) => {
    const own = rows.filter((row) => row.pk === pk);
    const message = own.find(isMessageRow);
    const seen = own.filter(isStatusRow).map(statusOf).filter(isKnown);
    if (message?.['direction'] === 'inbound') seen.push({ status: 'received', errorCode: undefined });
    const expected = highest(seen);
    const actual = message === undefined ? undefined : statusOf(message);
    if (expected === undefined || (actual?.status === expected.status && actual.errorCode === expected.errorCode))
      return [];
    return [
      {
        invariant: 'the highest status is stored' as const,
        found:
          `${pk} has ${actual?.status ?? 'no item'} ${actual?.errorCode ?? ''} ` +
          `instead of ${expected.status} ${expected.errorCode ?? ''}`,
      },
    ];
  });
