import { historyHandlers, type EventType } from '../../fault/events/handlers';
import type { Change, HandlerInvocation, History, Row } from '../../fault/history/history';
import { isMarkerRow, isStatusRow } from '../../fault/history/keys';

const typeOfRow = (row: Row): EventType => {
  if (row['direction'] === 'inbound') return 'twilio.webhook.message.received';
  if (row['direction'] === 'outbound') return 'twilio.webhook.message.status-changed';
  if (isStatusRow(row)) return 'twilio.webhook.status-callback.received';
  return row['kind'] === 'usage' ? 'twilio.webhook.usage-trigger.fired' : 'twilio.webhook.event.received';
};

/** The queue message of a row's event. */
const eventOf = ({ pk, sk, params, ...row }: Row): string => {
  const type = typeOfRow({ pk, sk, ...row });
  const data = { ...row, ...(params?.startsWith('{') === true && { params: JSON.parse(params) as unknown }) };
  return JSON.stringify({ type, id: `${pk} ${sk}`, item: { pk, sk }, data });
};

export const changesOf = (rows: readonly Row[]): readonly Change[] =>
  rows.map((after, at) => ({ sequenceNumber: String(at).padStart(5, '0'), before: undefined, after }));

/** One invocation for each event, in this order. */
export const invocationsOf = (rows: readonly Row[]): readonly HandlerInvocation[] =>
  historyHandlers.flatMap(({ name, types }) =>
    rows
      .filter((row) => types.includes(typeOfRow(row)))
      .map((row, at) => ({
        handler: name,
        startedAt: 2 * at,
        endedAt: 2 * at + 1,
        messages: [{ id: `${row.pk} ${row.sk}`, body: eventOf(row), handled: true }],
      })),
  );

/** Every row was stored by one write, and each handler has handled its event. */
export const handledAs = (all: readonly Row[]): Pick<History, 'changes' | 'handlerInvocations'> => {
  const rows = all.filter((row) => !isMarkerRow(row));
  return { changes: changesOf(all), handlerInvocations: invocationsOf(rows) };
};
