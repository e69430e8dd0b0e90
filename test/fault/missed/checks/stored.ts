import type { Violation } from '../../checker/check-history';
import type { Row } from '../../history/history';
import { isMarkerRow, isMessageRow, isStatusRow, messagePlace } from '../../history/keys';
import { arrivals } from './arrivals';
import type { Listed, MissedHistory } from '../history';

const lost = (found: string): Violation => ({ invariant: 'everything Twilio has is stored', found });

/** Twilio reports these. An account's status that is over a moment later is not repaired. */
const repaired: readonly string[] = ['sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read'];

const isItemOf = (row: Row, { sid }: Listed, direction: string): boolean =>
  isMessageRow(row) && row['direction'] === direction && row.pk.endsWith(sid);

/** Everything in Twilio's list is in the table, once. */
export const listedIsStored = (history: MissedHistory): readonly Violation[] => {
  const { plan, listed, final } = history;
  const sent = plan.requests.filter(({ forgery, id }) => forgery === undefined && arrivals(history, id).isSent);
  const sids = new Set(sent.map(({ signed: { form } }) => form['MessageSid'] ?? ''));
  const unlisted = [...sids].filter((sid) => !listed.some((message) => message.sid === sid));
  // Not the gateway's problem: these histories would prove nothing.
  if (unlisted.length > 0) throw new Error(`Twilio's list lacks ${unlisted.join(', ')}`);
  return listed.flatMap((message) =>
    message.direction === 'inbound' ? storedOnce(message, final.rows) : statusStored(history, message, final.rows),
  );
};

const storedOnce = (message: Listed, rows: readonly Row[]): readonly Violation[] => {
  const { sid, from, to, body } = message;
  const items = rows.filter((row) => isItemOf(row, message, 'inbound'));
  if (items.length !== 1) return [lost(`the message ${sid} is stored ${items.length} times`)];
  const isSame = items.every((row) => row['from'] === from && row['to'] === to && row['body'] === body);
  return isSame ? [] : [lost(`the message ${sid} is stored with other numbers or another text`)];
};

/** With `known`, an outgoing message of which no webhook arrived stays unknown. */
const statusStored = (history: MissedHistory, message: Listed, rows: readonly Row[]): readonly Violation[] => {
  const { sid, status, error_code: code } = message;
  const { plan } = history;
  const items = rows.filter((row) => isItemOf(row, message, 'outbound'));
  const callbacks = plan.requests.filter(({ status: claim }) => claim?.messageSid === sid);
  const isKnown = callbacks.some(({ id }) => arrivals(history, id).certain.length > 0);
  if (!repaired.includes(status) || (!isKnown && plan.statuses === 'known')) return [];
  const [item] = items;
  if (items.length !== 1) return [lost(`the outgoing message ${sid} is stored ${items.length} times`)];
  const isRight = item?.['status'] === status && (item['errorCode'] ?? '') === String(code ?? '');
  const isInHistory = rows.some((row) => isStatusRow(row) && row.pk === item?.pk && row['status'] === status);
  return isRight && isInHistory
    ? []
    : [lost(`${sid} has ${item?.['status'] ?? 'no status'} instead of ${status}, or not in its history`)];
};

/** After two complete cycles a third has nothing to do. */
export const thirdFindsNothing = ({ reconciliations }: MissedHistory): readonly Violation[] => {
  const { enqueued = [], missed = 0, completed = 0 } = reconciliations.at(-1) ?? {};
  if (completed === 0) return [lost('the last cycle is not complete')];
  return enqueued.length === 0 && missed === 0
    ? []
    : [lost(`the last cycle still missed ${missed}, and backfilled ${enqueued.join(', ')}`)];
};

/** Of a forged request nothing is stored; each has a message of its own. */
export const forgedLeaveNoRow = ({ plan, final }: MissedHistory): readonly Violation[] => {
  const { accountSid } = plan.account;
  const own = new Set(
    plan.requests
      .filter(({ forgery }) => forgery === undefined)
      .map(({ signed: { form } }) => messagePlace(accountSid, form['MessageSid'] ?? '').pk),
  );
  return final.rows
    .filter((row) => !isMarkerRow(row) && !isNoteOfReconciler(row) && !own.has(row.pk))
    .map(({ pk, sk }) => ({
      invariant: 'forged requests leave no row',
      found: `${pk} ${sk} is in the table, and Twilio did not send it`,
    }));
};

/** How far the reconciler has come: nobody's data. */
const isNoteOfReconciler = ({ pk }: Row): boolean => pk.endsWith('#RECONCILIATION');
