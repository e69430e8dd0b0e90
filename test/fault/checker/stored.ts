import type { History, Row } from '../history/history';
import type { ExpectedRow, PlannedRequest } from '../history/plan';
import type { Check, Violation } from './check-history';
import { carries, holds, isAccepted, isPlaceOf, sent } from './rows';

/** A CloudEvent that came twice, or a message with two texts, is one row: the delivery that is kept may be the other one. */
const isKept = (history: History, rows: readonly Row[], expected: ExpectedRow): boolean => {
  const found = rows.filter((row) => holds(row, expected));
  if (found.length > 0) return expected.pk !== undefined || found.length === 1;
  const others = sent(history).flatMap(({ request }) => request.rows);
  return rows.some(
    (row) => isPlaceOf(row, expected) && others.some((other) => other !== expected && holds(row, other)),
  );
};

/** I1: 2xx means stored once, or in the dead-letter queue; redriven, it is stored. */
export const acknowledgedIsKept: Check = (history) => {
  const { quiet, final } = history;
  const lost = (request: PlannedRequest, when: string, expected: ExpectedRow): Violation => ({
    invariant: 'acknowledged is kept',
    found: `${request.id} was answered 2xx, but ${expected.pk ?? 'its event'} ${expected.sk} is not stored once ${when}`,
  });
  // Both break the promise of a redrive; only one of them has lost a webhook.
  const whereAfter = (request: PlannedRequest): string =>
    final.deadLetters.some((one) => carries(one, request)) ? 'a dead letter again' : 'gone';
  return sent(history)
    .filter(({ exchanges }) => exchanges.some(isAccepted))
    .flatMap(({ request }) =>
      request.rows.flatMap((expected) => [
        ...(isKept(history, quiet.rows, expected) || quiet.deadLetters.some((one) => carries(one, request))
          ? []
          : [lost(request, 'nor a dead letter', expected)]),
        ...(isKept(history, final.rows, expected)
          ? []
          : [lost(request, `after the redrive: it is ${whereAfter(request)}`, expected)]),
      ]),
    );
};

/** What nobody can read waits for people: each once, and nothing else that is not stored waits with it. */
export const poisonIsKept: Check = ({ poison, final }) => {
  const waiting = [...final.deadLetters];
  return poison.flatMap((body) => {
    const at = waiting.indexOf(body);
    if (at === -1) {
      return [
        {
          invariant: 'acknowledged is kept',
          found: 'a message that cannot be read is no dead letter',
        } as const,
      ];
    }
    waiting.splice(at, 1);
    return [];
  });
};

/** I2: every row was sent by Twilio, to the letter. */
export const storedIsProven: Check = (history) => {
  const genuine = sent(history).filter(({ request }) => request.forgery === undefined);
  const isProven = (row: Row): boolean => {
    if (row['accountSid'] !== history.plan.account.accountSid) return false;
    if (row.sk === 'MESSAGE' && row['direction'] === 'outbound') {
      return genuine.some(
        ({ request: { status, signed } }) =>
          row.pk === `MESSAGE#${status?.messageSid ?? ''}` &&
          row['from'] === signed.form['From'] &&
          row['to'] === signed.form['To'],
      );
    }
    const source = genuine.find(({ request }) => request.rows.some((expected) => holds(row, expected)));
    return source !== undefined && hasOwnFields(row, source.request);
  };
  const rows = new Map(
    [...history.quiet.rows, ...history.final.rows].map((row) => [JSON.stringify(row), row]),
  );
  return [...rows.values()]
    .filter((row) => !isProven(row))
    .map((row) => ({ invariant: 'stored is proven', found: `${row.pk} ${row.sk} is not what Twilio sent` }));
};

/** The attributes that are taken out of the parameters say what the parameters say. */
const hasOwnFields = (row: Row, { route, signed: { form } }: PlannedRequest): boolean => {
  const expected: Readonly<Record<string, string | undefined>> =
    route === 'messages'
      ? { from: form['From'], to: form['To'], body: form['Body'], numMedia: form['NumMedia'] }
      : route === 'status'
        ? { from: form['From'], to: form['To'], status: form['MessageStatus'], errorCode: form['ErrorCode'] }
        : {};
  return Object.entries(expected).every(([name, value]) => row[name] === value);
};
