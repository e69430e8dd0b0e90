import type { EventType } from '../events/handlers';
import type { Change, Row } from '../history/history';
import { isEventRow, isMessageRow, isStatusRow } from '../history/keys';
import { isAbove, statusesInOrder } from '../history/statuses';

/** The event of something that the gateway stored. */
export interface ExpectedEvent {
  readonly type: EventType;
  /** The same for every publication of one fact, and different for different ones. */
  readonly fact: string;
  /** Events of one conversation are handled in their order. */
  readonly conversation: string;
  /** The item after the change. */
  readonly row: Row;
}

export const factOf = (type: string, { pk, sk }: Pick<Row, 'pk' | 'sk'>, status: unknown, errorCode: unknown): string =>
  JSON.stringify([type, pk, sk, ...(type.includes('status') ? [status, errorCode] : [])]);

const factOfRow = (type: EventType, row: Row): string => factOf(type, row, row['status'], row['errorCode']);

/** The event of one change of the table, if it is one: docs/your-code.md, without the code under test. */
export const expectedOf = ({ before, after: row }: Change): ExpectedEvent | undefined => {
  if (row === undefined) return undefined;
  const type = typeOf(before, row);
  return type && { type, fact: factOfRow(type, row), conversation: conversationOf(row), row };
};

const typeOf = (before: Row | undefined, row: Row): EventType | undefined => {
  if (isMessageRow(row)) {
    if (row['direction'] === 'inbound' && before?.['direction'] !== 'inbound') return 'twilio.webhook.message.received';
    return isForward(before, row) ? 'twilio.webhook.message.status-changed' : undefined;
  }
  // Only its first appearance: an earlier delivery may replace a later one.
  if (before !== undefined) return undefined;
  if (isStatusRow(row)) return 'twilio.webhook.status-callback.received';
  if (!isEventRow(row)) return undefined;
  return row['kind'] === 'usage' ? 'twilio.webhook.usage-trigger.fired' : 'twilio.webhook.event.received';
};

const isForward = (before: Row | undefined, row: Row): boolean => {
  const statusOf = (row: Row | undefined) => ({ status: row?.['status'] ?? '', errorCode: row?.['errorCode'] });
  const isKnown = (statusesInOrder as readonly string[]).includes(statusOf(row).status);
  return isKnown && isAbove(statusOf(row), statusOf(before));
};

const conversationOf = (row: Row): string => {
  const { accountSid, from, to } = row;
  if (isMessageRow(row) || isStatusRow(row)) return JSON.stringify([accountSid, ...[from, to].sort()]);
  const name = row['kind'] === 'usage' ? 'UsageTriggerSid' : 'CallSid';
  const subject = new RegExp(`"${name}":"(\\w+)"`).exec(row['params'] ?? '')?.[1];
  return JSON.stringify([accountSid, subject ?? row.pk, subject === undefined ? row.sk : '']);
};

/** The events of a row of the table, however it came there. */
export const factsOfRow = (row: Row): readonly { readonly type: EventType; readonly fact: string }[] => {
  const types: readonly (EventType | undefined)[] = [
    typeOf(undefined, row),
    ...(isMessageRow(row) && row['direction'] === 'inbound' && row['status'] !== 'received'
      ? (['twilio.webhook.message.status-changed'] as const)
      : []),
  ];
  return types.flatMap((type) => (type === undefined ? [] : [{ type, fact: factOfRow(type, row) }]));
};
