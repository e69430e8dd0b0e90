import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type {
  EventStore,
  IncomingMessage,
  StatusCallback,
  StorableWebhook,
  StoreOutcome,
} from '../consumer/ports';
import { statusKey } from '../shared/event-id';
import { eventKey, messageKey, statusEventKey } from '../shared/table';
import { createConditionalWrites, type ConditionalWrite, type Written } from './dynamodb-conditional-writes';
import { isLaterThan } from './dynamodb-expression';
import { eventItem, historyItem, originPart, statusPart, type Item } from './dynamodb-items';
import { boundedClient, leanClient } from './sdk';

export interface DynamoDbEventStoreOptions {
  readonly tableName: string;
  /** `0` keeps items for ever. */
  readonly retentionDays: number;
  readonly client?: Pick<DynamoDBClient, 'send'>;
}

/**
 * The table behind `EventStore`. A message item holds two parts, and each only ever moves one way:
 *
 *     origin   incoming message before status callback, then the earliest received
 *     status   highest order, then the earliest received
 *
 * so the order of the writes does not matter and repeating them changes nothing. A webhook moves its main part in one conditional
 * write, which fills the other part where there is none yet; only if the item's other part lies behind does it take a
 * second one. A crash between any two writes heals when the queue message comes again, because each write is asked for
 * again.
 */
export const createDynamoDbEventStore = ({
  tableName,
  retentionDays,
  client = leanClient(new DynamoDBClient(boundedClient({ requestTimeoutMs: 1500, maxAttempts: 3 }))),
}: DynamoDbEventStoreOptions): EventStore => {
  const writes = createConditionalWrites(client, tableName);

  /** One item per event: of several deliveries the earliest received. */
  const putEarliest = (
    key: ConditionalWrite['key'],
    webhook: StorableWebhook,
    item: Item,
    signal: AbortSignal,
  ): Promise<Written> =>
    writes.put({
      key,
      accountSid: webhook.accountSid,
      item,
      changes: (expression) => isLaterThan(expression, webhook),
      signal,
    });

  const moveOrigin = (
    webhook: IncomingMessage | StatusCallback,
    fill: Item,
    signal: AbortSignal,
  ): Promise<Written> =>
    writes.update({
      key: messageKey(webhook.messageSid),
      accountSid: webhook.accountSid,
      set: originPart(webhook, retentionDays),
      fill,
      changes: (expression) => {
        const isStatus = `${expression.name('direction')} <> ${expression.value('inbound', { S: 'inbound' })}`;
        const isLater = isLaterThan(expression, webhook);
        return webhook.kind === 'message'
          ? [isStatus, ...isLater]
          : isLater.map((later) => `${isStatus} AND ${later}`);
      },
      signal,
    });

  const moveStatus = (webhook: WithOrder, signal: AbortSignal): Promise<Written> => {
    const set = statusPart(webhook);
    return writes.update({
      key: messageKey(webhook.messageSid),
      accountSid: webhook.accountSid,
      set,
      fill: originPart(webhook, retentionDays),
      remove: set['errorCode'] === undefined ? ['errorCode'] : [],
      changes: (expression) => {
        const order = expression.name('statusOrder');
        const ours = expression.value('statusOrder', { N: String(webhook.order) });
        const isLater = `${expression.name('updatedAt')} > ${expression.value('updatedAt', { S: webhook.receivedAt })}`;
        return [`attribute_not_exists(${order})`, `${order} < ${ours}`, `${order} = ${ours} AND ${isLater}`];
      },
      signal,
    });
  };

  return {
    storeMessage: async (message, signal) => {
      const written = await moveOrigin(message, statusPart(message), signal);
      if (written.kind === 'other_account') return written.kind;
      if (written.before !== undefined && isStatusBehind(written.before, message)) {
        await moveStatus(message, signal);
      }
      const isFirst = written.kind === 'applied' && written.before?.['direction']?.S !== 'inbound';
      return isFirst ? 'stored' : 'duplicate';
    },

    storeStatus: async (status, signal) => {
      // The message item first: it says whose message this is, before a foreign status could take a place in its history.
      const written = hasOrder(status)
        ? await moveStatus(status, signal)
        : await moveOrigin(status, {}, signal);
      if (written.kind === 'other_account') return { outcome: written.kind };
      if (written.before !== undefined && isOriginBehind(written.before, status)) {
        await moveOrigin(status, {}, signal);
      }
      // Also where the item did not move: the invocation that moved it may have died before it came here.
      const key = statusEventKey(status.messageSid, statusKey(status.status, status.errorCode));
      const history = await putEarliest(key, status, historyItem(status, retentionDays), signal);
      const standingStatus = written.before?.['status']?.S;
      return { outcome: outcomeOf(history), ...(standingStatus === undefined ? {} : { standingStatus }) };
    },

    storeEvent: async (event, signal) =>
      outcomeOf(await putEarliest(eventKey(event.eventId), event, eventItem(event, retentionDays), signal)),
  };
};

type WithOrder = IncomingMessage | (StatusCallback & { readonly order: number });

const hasOrder = (status: StatusCallback): status is StatusCallback & { readonly order: number } =>
  status.order !== undefined;

const outcomeOf = (written: Written): StoreOutcome => {
  if (written.kind === 'other_account') return written.kind;
  return written.kind === 'applied' && written.before === undefined ? 'stored' : 'duplicate';
};

/** Whether `moveStatus` would move the item as it was found. It may have moved on since, but only ever further. */
const isStatusBehind = (before: Item, message: IncomingMessage): boolean => {
  const order = Number(before['statusOrder']?.N ?? -1);
  return (
    order < message.order || (order === message.order && (before['updatedAt']?.S ?? '') > message.receivedAt)
  );
};

/** Whether `moveOrigin` would move the item as it was found. */
const isOriginBehind = (before: Item, status: StatusCallback): boolean => {
  const receivedAt = before['receivedAt']?.S ?? '';
  return (
    before['direction']?.S === 'outbound' &&
    (receivedAt > status.receivedAt ||
      (receivedAt === status.receivedAt && (before['requestId']?.S ?? '') > status.requestId))
  );
};
