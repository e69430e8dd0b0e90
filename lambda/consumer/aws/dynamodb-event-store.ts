import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventStore, IncomingMessage, StatusCallback, StatusOutcome, StoreOutcome } from '../ports';
import { messageKey, statusEventKey, statusKey } from '../../shared/contract/table';
import { findBefore, isAbsent, updateItem, type Found, type Item, type Table } from '../../aws/dynamodb-writes';
import { conditionValues, isLater, outcomeOf, putIf } from './conditional-put';
import {
  historyItem,
  messageAttributes,
  optionalContentAttributes,
  optionalDeliveryAttributes,
  statusAttributes,
} from './dynamodb-items';
import { storeCanary } from './dynamodb-canaries';
import { storeOptOut } from './dynamodb-opt-outs';
import { storeOtherEvent } from './dynamodb-other-events';
import { claimText, saveProgress } from './dynamodb-signed-texts';
import { createSdkClient } from '../../aws/sdk/client';

export interface DynamoDbEventStoreOptions {
  readonly tableName: string;
  /** `0` keeps items indefinitely. */
  readonly retentionDays: number;
  /** @default true */
  readonly conversationIndex?: boolean;
  readonly client?: Table['client'];
}

interface Store extends Table {
  readonly retentionDays: number;
  readonly conversationIndex: boolean;
}

/**
 * Implements `EventStore` with DynamoDB. A message item has two parts. A webhook replaces a part only if it has
 * precedence over the webhook that wrote that part:
 *
 *     origin   an incoming message has precedence over a status callback; of two of the same kind, a webhook over a
 *              backfill, then the earlier delivery
 *     status   a higher order has precedence over a lower one; of two with the same order, the earlier delivery
 *
 * So the order of the writes does not matter, and repeating them changes nothing. A webhook writes its main part in one
 * conditional update, which also sets the other part if it is absent. A second update follows only if the other part
 * must be replaced too. The next receive repairs a crash between two writes, because it tries every write again.
 */
export const createDynamoDbEventStore = ({
  tableName,
  retentionDays,
  conversationIndex = true,
  client = createSdkClient(DynamoDBClient, { requestTimeoutMs: 1500, maxAttempts: 3 }, {}),
}: DynamoDbEventStoreOptions): EventStore => {
  const store: Store = { client, tableName, retentionDays, conversationIndex };
  return {
    claimText: (signed, signal) => claimText(store, signed, signal),
    saveProgress: (signed, eventsStored, signal) => saveProgress(store, signed, eventsStored, signal),
    storeOptOut: (optOut, signal) => storeOptOut(store, optOut, signal),
    storeCanary: (canary, signal) => storeCanary(store, canary, signal),
    storeMessage: (message, signal) => storeMessage(store, message, signal),
    storeStatus: (status, signal) => storeStatus(store, status, signal),
    storeEvent: (event, signal) => storeOtherEvent(store, event, signal),
  };
};

const storeMessage = async (store: Store, message: IncomingMessage, signal: AbortSignal): Promise<StoreOutcome> => {
  const { kind, before } = await updateOrigin(store, message, statusAttributes(message), signal);
  if (before !== undefined && replacesStatus(message, before)) await updateStatus(store, message, signal);
  return kind === 'applied' && before?.['direction']?.S !== 'inbound' ? 'stored' : 'duplicate';
};

const storeStatus = async (store: Store, status: StatusCallback, signal: AbortSignal): Promise<StatusOutcome> => {
  const before = await storeOriginAndStatus(store, status, signal);
  // Written even if the item did not change: the invocation that changed the item may have ended before this write.
  const { accountSid, messageSid, errorCode } = status;
  const key = statusEventKey(accountSid, messageSid, statusKey(status.status, errorCode));
  const item = historyItem(status, store.retentionDays);
  const history = await putIf(store, key, item, replacesIf(status), signal);
  const earlierStatus = before?.['status']?.S;
  return { outcome: outcomeOf(history), ...(earlierStatus === undefined ? {} : { earlierStatus }) };
};

/** @returns the message item before; undefined if there was none */
const storeOriginAndStatus = async (
  store: Store,
  status: StatusCallback,
  signal: AbortSignal,
): Promise<Item | undefined> => {
  if (status.via !== undefined && hasOrder(status)) {
    const { kind, before: existing } = await createMessage(store, status, signal);
    if (kind === 'applied') return undefined;
    if (existing !== undefined && replacesStatus(status, existing)) await updateStatus(store, status, signal);
    if (existing !== undefined && replacesOrigin(status, existing)) await updateOrigin(store, status, {}, signal);
    return existing;
  }
  const { before } = hasOrder(status)
    ? await updateStatus(store, status, signal)
    : await updateOrigin(store, status, {}, signal);
  if (before !== undefined && replacesOrigin(status, before)) await updateOrigin(store, status, {}, signal);
  return before;
};

const isStatusCallback = '#direction <> :inbound';
const isBackfill = '#via = :backfill';

/** When a webhook of a message replaces the existing item of the same kind. */
const replacesIf = ({ via }: IncomingMessage | StatusCallback): readonly string[] =>
  via === 'backfill' ? isLater.map((later) => `${isBackfill} AND ${later}`) : [...isLater, isBackfill];

const updateOrigin = (
  store: Store,
  webhook: IncomingMessage | StatusCallback,
  setIfAbsent: Item,
  signal: AbortSignal,
): Promise<Found> => {
  const key = messageKey(webhook.accountSid, webhook.messageSid);
  const set = messageAttributes(webhook, store.retentionDays, store.conversationIndex);
  // An earlier delivery may lack attributes of the later one that it replaces.
  const optional = [...optionalDeliveryAttributes, ...(webhook.kind === 'message' ? optionalContentAttributes : [])];
  const remove = optional.filter((name) => set[name] === undefined);
  const overwriteIf =
    webhook.kind === 'message'
      ? [isStatusCallback, ...replacesIf(webhook)]
      : replacesIf(webhook).map((condition) => `${isStatusCallback} AND ${condition}`);
  const condition = [isAbsent, ...overwriteIf].join(' OR ');
  const update = {
    key,
    set,
    setIfAbsent,
    remove,
    condition,
    values: conditionValues,
    returnValues: 'ALL_OLD',
    signal,
  } as const;
  return findBefore(store, key, updateItem(store, update), signal);
};

const isLowerStatus = [
  'attribute_not_exists(#statusOrder)',
  '#statusOrder < :statusOrder',
  '#statusOrder = :statusOrder AND #updatedAt > :updatedAt',
];

/** `via` belongs to the origin, so it is set with a whole origin only: `updateStatus` could add it to another one. */
const createMessage = (store: Store, webhook: WebhookWithOrder, signal: AbortSignal): Promise<Found> => {
  const key = messageKey(webhook.accountSid, webhook.messageSid);
  const set = {
    ...messageAttributes(webhook, store.retentionDays, store.conversationIndex),
    ...statusAttributes(webhook),
  };
  return findBefore(
    store,
    key,
    updateItem(store, { key, set, condition: isAbsent, returnValues: 'ALL_OLD', signal }),
    signal,
  );
};

/** Of the origin that is there. */
const withoutDelivery = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !optionalDeliveryAttributes.includes(name)));

const updateStatus = (store: Store, webhook: WebhookWithOrder, signal: AbortSignal): Promise<Found> => {
  const key = messageKey(webhook.accountSid, webhook.messageSid);
  const set = statusAttributes(webhook);
  const setIfAbsent = withoutDelivery(messageAttributes(webhook, store.retentionDays, store.conversationIndex));
  const remove = set['errorCode'] === undefined ? ['errorCode'] : [];
  const condition = [isAbsent, ...isLowerStatus].join(' OR ');
  const update = { key, set, setIfAbsent, remove, condition, returnValues: 'ALL_OLD', signal } as const;
  return findBefore(store, key, updateItem(store, update), signal);
};

type WebhookWithOrder = IncomingMessage | (StatusCallback & { readonly order: number });

const hasOrder = (status: StatusCallback): status is StatusCallback & { readonly order: number } =>
  status.order !== undefined;

/**
 * Whether `updateStatus` would change the item that was found. If another webhook has changed the item since, the
 * condition of `updateStatus` still decides.
 */
const replacesStatus = ({ order, receivedAt }: WebhookWithOrder, before: Item): boolean => {
  const earlier = Number(before['statusOrder']?.N ?? -1);
  return earlier < order || (earlier === order && (before['updatedAt']?.S ?? '') > receivedAt);
};

/** Whether `updateOrigin` would change the item that was found. */
const replacesOrigin = (status: StatusCallback, before: Item): boolean => {
  const receivedAt = before['receivedAt']?.S ?? '';
  return (
    before['direction']?.S === 'outbound' &&
    (before['via']?.S === 'backfill' ||
      receivedAt > status.receivedAt ||
      (receivedAt === status.receivedAt && (before['requestId']?.S ?? '') > status.requestId))
  );
};
