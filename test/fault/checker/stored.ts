import type { Row } from '../history/history';
import { isMarkerRow, isMessageRow, messagePlace } from '../history/keys';
import type { ExpectedRow, PlannedRequest } from '../history/plan';
import type { Check, Violation } from './check-history';
import { carries, matches, isAccepted, isKept, sent } from './rows';

/** A webhook that was answered 2xx is stored once or is a dead letter, and is stored after the redrive. */
export const acknowledgedIsStored: Check = (history) => {
  const { afterTraffic, final } = history;
  const lost = (request: PlannedRequest, when: string, expected: ExpectedRow): Violation => ({
    invariant: 'acknowledged webhooks are stored',
    found:
      `${request.id} was answered 2xx, but ${expected.pk ?? 'its event'} ${expected.sk} ` +
      `is not stored once ${when}`,
  });
  // Both are violations, but only a webhook that is gone is lost.
  const whereAfter = (request: PlannedRequest): string =>
    final.deadLetters.some((deadLetter) => carries(deadLetter, request)) ? 'a dead letter again' : 'gone';
  return sent(history)
    .filter(({ exchanges }) => exchanges.some(isAccepted))
    .flatMap(({ request, exchanges }) =>
      request.rows.flatMap((expected) => [
        ...(!exchanges.some((exchange) => isAccepted(exchange) && exchange.answeredAt < afterTraffic.at) ||
        isKept(history, afterTraffic.rows, request, expected) ||
        afterTraffic.deadLetters.some((deadLetter) => carries(deadLetter, request))
          ? []
          : [lost(request, 'nor a dead letter', expected)]),
        ...(isKept(history, final.rows, request, expected)
          ? []
          : [lost(request, `after the redrive: it is ${whereAfter(request)}`, expected)]),
      ]),
    );
};

/** Every row is exactly what Twilio sent. */
export const onlySentIsStored: Check = (history) => {
  const genuine = sent(history).filter(({ request }) => request.forgery === undefined);
  const isProven = (row: Row): boolean => {
    if (row['accountSid'] !== history.plan.account.accountSid) return false;
    if (isMessageRow(row) && row['direction'] === 'outbound') {
      return genuine.some(
        ({ request: { status, signed } }) =>
          row.pk === messagePlace(history.plan.account.accountSid, status?.messageSid ?? '').pk &&
          row['from'] === signed.form['From'] &&
          row['to'] === signed.form['To'],
      );
    }
    // A key that belongs to a request may hold only that request's content.
    const owners = genuine.filter(({ request }) => request.rows.some(({ pk, sk }) => pk === row.pk && sk === row.sk));
    const source = (owners.length > 0 ? owners : genuine).find(({ request }) =>
      request.rows.some((expected) => matches(row, expected)),
    );
    return source !== undefined && hasOwnFields(row, source.request);
  };
  const rows = new Map(
    [...history.afterTraffic.rows, ...history.final.rows]
      .filter((row) => !isMarkerRow(row))
      .map((row) => [JSON.stringify(row), row]),
  );
  return [...rows.values()]
    .filter((row) => !isProven(row))
    .map((row) => ({
      invariant: 'only sent webhooks are stored',
      found: `${row.pk} ${row.sk} is not what Twilio sent`,
    }));
};

/** Attributes copied from the parameters equal the parameters. */
const hasOwnFields = (row: Row, { route, signed: { form }, rows }: PlannedRequest): boolean => {
  // An unrecognized webhook has no such attributes.
  if (rows.some(({ raw }) => raw !== undefined)) return true;
  const expected: Readonly<Record<string, string | undefined>> =
    route === 'messages'
      ? { from: form['From'], to: form['To'], body: form['Body'], numMedia: form['NumMedia'] }
      : route === 'status'
        ? { from: form['From'], to: form['To'], status: form['MessageStatus'], errorCode: form['ErrorCode'] }
        : {};
  return Object.entries(expected).every(([name, value]) => row[name] === value);
};
