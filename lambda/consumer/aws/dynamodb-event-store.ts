import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type {
  EventStore,
  IncomingMessage,
  OtherEvent,
  SignedText,
  StatusCallback,
  StoredWebhook,
  StoreOutcome,
  TextOutcome,
} from '../ports';
import {
  eventKey,
  messageKey,
  otherContentSortKeyPrefix,
  signedTextKey,
  statusEventKey,
  statusKey,
} from '../../shared/contract/table';
import { isLaterThan, type Item } from '../../aws/dynamodb-expression';
import {
  eventItem,
  historyItem,
  messageAttributes,
  progressAttributes,
  signedTextItem,
  statusAttributes,
} from './dynamodb-items';
import { createTableWrites, type Key, type WriteResult } from './dynamodb-table-writes';
import { boundedClient, leanClient } from '../../aws/sdk';

export interface DynamoDbEventStoreOptions {
  readonly tableName: string;
  /** `0` keeps items indefinitely. */
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
  const writes = createTableWrites(client, tableName);

  /** Of several deliveries of one event the earliest received. */
  const putEarliest = (
    key: Key,
    webhook: StoredWebhook,
    item: Item,
    signal: AbortSignal,
  ): Promise<WriteResult> =>
    writes.put({ key, item, changes: (expression) => isLaterThan(expression, webhook), signal });

  /** The same, but only over an item with the same content. */
  const putSameContent = (
    key: Key,
    event: OtherEvent,
    item: Item,
    signal: AbortSignal,
  ): Promise<WriteResult> =>
    writes.put({
      key,
      item,
      changes: (expression) => {
        const hash = expression.value('contentHash', { S: event.contentHash });
        const isSame = `${expression.name('contentHash')} = ${hash}`;
        return isLaterThan(expression, event).map((later) => `${isSame} AND ${later}`);
      },
      signal,
    });

  const moveOrigin = (
    webhook: IncomingMessage | StatusCallback,
    fill: Item,
    signal: AbortSignal,
  ): Promise<WriteResult> =>
    writes.update({
      key: messageKey(webhook.accountSid, webhook.messageSid),
      set: messageAttributes(webhook, retentionDays),
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

  const moveStatus = (webhook: WithOrder, signal: AbortSignal): Promise<WriteResult> => {
    const set = statusAttributes(webhook);
    return writes.update({
      key: messageKey(webhook.accountSid, webhook.messageSid),
      set,
      fill: messageAttributes(webhook, retentionDays),
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
    claimText: async (signed, signal) => {
      const key = signedTextKey(signed.accountSid, signed.signedTextHash);
      const before = await writes.create(key, signedTextItem(signed), signal);
      return textOutcome(signed, before);
    },

    noteProgress: (signed, eventsStored, signal) =>
      writes.set(
        signedTextKey(signed.accountSid, signed.signedTextHash),
        progressAttributes(eventsStored),
        signal,
      ),

    storeMessage: async (message, signal) => {
      const { kind, before } = await moveOrigin(message, statusAttributes(message), signal);
      if (before !== undefined && isStatusBehind(before, message)) await moveStatus(message, signal);
      const isFirst = kind === 'applied' && before?.['direction']?.S !== 'inbound';
      return isFirst ? 'stored' : 'duplicate';
    },

    storeStatus: async (status, signal) => {
      const { before } = hasOrder(status)
        ? await moveStatus(status, signal)
        : await moveOrigin(status, {}, signal);
      if (before !== undefined && isOriginBehind(before, status)) await moveOrigin(status, {}, signal);
      // Also where the item did not move: the invocation that moved it may have died before it came here.
      const { accountSid, messageSid, errorCode } = status;
      const key = statusEventKey(accountSid, messageSid, statusKey(status.status, errorCode));
      const history = await putEarliest(key, status, historyItem(status, retentionDays), signal);
      const earlierStatus = before?.['status']?.S;
      return { outcome: outcomeOf(history), ...(earlierStatus === undefined ? {} : { earlierStatus }) };
    },

    storeEvent: async (event, signal) => {
      const { accountSid, eventId, contentHash } = event;
      const key = eventKey(accountSid, eventId);
      const written = await putSameContent(key, event, eventItem(event, retentionDays), signal);
      if (written.kind === 'applied' || written.before?.['contentHash']?.S === contentHash) {
        return outcomeOf(written);
      }
      const beside = { pk: key.pk, sk: `${otherContentSortKeyPrefix}${contentHash}` };
      const item = eventItem({ ...event, eventId: `${eventId}#${contentHash}` }, retentionDays);
      const besideWritten = await putSameContent(beside, event, item, signal);
      // Also where a receive of the same queue message wrote it, which may have died before it could tell anyone.
      const isOurs =
        outcomeOf(besideWritten) === 'stored' || besideWritten.before?.['requestId']?.S === event.requestId;
      return isOurs ? 'beside' : 'duplicate';
    },
  };
};

const textOutcome = (signed: SignedText, before: Item | undefined): TextOutcome => {
  if (before === undefined) return { kind: 'mine', eventsStored: 0 };
  const textAt = (name: string) => before[name]?.S;
  if (textAt('reading') !== signed.reading) {
    return { kind: 'other_reading', isEarlier: signed.receivedAt <= (textAt('receivedAt') ?? '') };
  }
  if (textAt('requestId') === signed.requestId) {
    return { kind: 'mine', eventsStored: Number(before['eventsStored']?.N ?? 0) };
  }
  const tokens = [textAt('idempotencyToken'), signed.idempotencyToken];
  return { kind: 'repeated', hasOtherToken: !tokens.includes(undefined) && tokens[0] !== tokens[1] };
};

type WithOrder = IncomingMessage | (StatusCallback & { readonly order: number });

const hasOrder = (status: StatusCallback): status is StatusCallback & { readonly order: number } =>
  status.order !== undefined;

const outcomeOf = ({ kind, before }: WriteResult): StoreOutcome =>
  kind === 'applied' && before === undefined ? 'stored' : 'duplicate';

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
