import type { Exchange, History, Row } from '../history/history';
import { isMessageRow, messagePlace } from '../history/keys';
import type { ExpectedRow, PlannedRequest } from '../history/plan';

export const isAccepted = ({ status }: Pick<Exchange, 'status'>): boolean =>
  status !== undefined && status >= 200 && status < 300;

/** Each planned request that was sent, with its exchanges. */
export const sent = (
  history: History,
): readonly { readonly request: PlannedRequest; readonly exchanges: readonly Exchange[] }[] =>
  history.plan.requests.flatMap((request) => {
    const exchanges = history.exchanges.filter((exchange) => exchange.request === request.id);
    return exchanges.length === 0 ? [] : [{ request, exchanges }];
  });

/** A message's row has account, SID, addresses and text as attributes, and the rest of the form in `params`. */
const isMessage = (row: Row, content: string): boolean => {
  // The content is the form that was sent.
  const form = JSON.parse(content) as Readonly<Record<string, unknown>>;
  const { AccountSid, MessageSid, From, To, Body, ...others } = form;
  return (
    row.pk === messagePlace(String(AccountSid), String(MessageSid)).pk &&
    row['accountSid'] === AccountSid &&
    row['from'] === From &&
    row['to'] === To &&
    row['body'] === Body &&
    row['params'] === JSON.stringify(others)
  );
};

/** Whether a row is the expected one. */
export const matches = (row: Row, expected: ExpectedRow): boolean =>
  (expected.pk === undefined || row.pk === expected.pk) &&
  row.sk === expected.sk &&
  (isMessageRow(row)
    ? isMessage(row, expected.content)
    : [row['payload'] ?? row['params'], ...(expected.raw === undefined ? [] : Object.values(row))].some(
        (content) => content === expected.content || (content !== undefined && content === expected.raw),
      )) &&
  (row['query'] ?? '') === expected.query;

/**
 * Whether a request's expected row is stored once. If two requests share a key, the earlier one is stored: the other's
 * content is right only if that request was sent before this one was answered.
 */
export const isKept = (
  history: History,
  rows: readonly Row[],
  request: PlannedRequest,
  expected: ExpectedRow,
): boolean => {
  const found = rows.filter((row) => matches(row, expected));
  if (found.length > 0) return expected.pk !== undefined || found.length === 1;
  const all = sent(history);
  const answeredAt = Math.min(
    ...all
      .filter((sent) => sent.request === request)
      .flatMap(({ exchanges }) => exchanges.filter(isAccepted).map((exchange) => exchange.answeredAt)),
  );
  const rivals = all.filter(
    (candidate) =>
      candidate.request !== request &&
      candidate.request.forgery === undefined &&
      candidate.exchanges.some(({ sentAt }) => sentAt < answeredAt),
  );
  return rivals.some((rival) =>
    rival.request.rows.some(
      (other) =>
        other.pk !== undefined &&
        other.pk === expected.pk &&
        other.sk === expected.sk &&
        rows.some((row) => matches(row, other)),
    ),
  );
};

/** Whether the table holds all expected rows of a request. */
export const isStored = (rows: readonly Row[], { rows: expected }: PlannedRequest): boolean =>
  expected.every((expectedRow) => rows.some((row) => matches(row, expectedRow)));

/** Whether a queue message carries a request's body and query. Does not use the envelope decoder under test. */
export const carries = (message: string, request: PlannedRequest): boolean => {
  try {
    const { body, bodyEncoding, query } = JSON.parse(message) as Readonly<Record<string, unknown>>;
    if (typeof body !== 'string' || query !== request.sent.query) return false;
    const bytes = Buffer.from(body, bodyEncoding === 'base64' ? 'base64' : 'utf8');
    return bytes.equals(Buffer.from(request.sent.body));
  } catch {
    return false;
  }
};
