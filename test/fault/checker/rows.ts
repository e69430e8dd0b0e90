import type { Exchange, History, Row } from '../history/history';
import type { ExpectedRow, PlannedRequest } from '../history/plan';

export const isAccepted = ({ status }: Exchange): boolean =>
  status !== undefined && status >= 200 && status < 300;

/** Each planned request that was sent at all, with what became of it on the wire. */
export const sent = (
  history: History,
): readonly { readonly request: PlannedRequest; readonly exchanges: readonly Exchange[] }[] =>
  history.plan.requests.flatMap((request) => {
    const exchanges = history.exchanges.filter((exchange) => exchange.request === request.id);
    return exchanges.length === 0 ? [] : [{ request, exchanges }];
  });

/** A message's account, SID, addresses and text are attributes of its row, and its `params` are the rest of the form. */
const isMessage = (row: Row, content: string): boolean => {
  // The content is the form that was sent.
  const form = JSON.parse(content) as Readonly<Record<string, unknown>>;
  const { AccountSid, MessageSid, From, To, Body, ...others } = form;
  return (
    row.pk === `MESSAGE#${String(MessageSid)}` &&
    row['accountSid'] === AccountSid &&
    row['from'] === From &&
    row['to'] === To &&
    row['body'] === Body &&
    row['params'] === JSON.stringify(others)
  );
};

/** Whether a row is what a request had to leave. */
export const holds = (row: Row, expected: ExpectedRow): boolean =>
  (expected.pk === undefined || row.pk === expected.pk) &&
  row.sk === expected.sk &&
  (row.sk === 'MESSAGE'
    ? isMessage(row, expected.content)
    : (row['payload'] ?? row['params']) === expected.content) &&
  (row['query'] ?? '') === expected.query;

/** The same place, whatever is there. */
export const isPlaceOf = (row: Row, expected: ExpectedRow): boolean =>
  expected.pk !== undefined && row.pk === expected.pk && row.sk === expected.sk;

/** Whether a queue message carries a request's body and query. Reads the envelope on its own, as an operator would. */
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
