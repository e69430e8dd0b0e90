import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { IncomingMessage, OtherEvent, SignedText, StatusCallback, StoredWebhook } from '../ports';
import type { Item } from '../../aws/dynamodb-writes';
import { messageAttributeNames } from '../../shared/attributes/message-attributes';
import { conversationIdOf } from '../../shared/events/conversation';
import {
  accountDayIndex,
  accountDayPartition,
  accountDayShard,
  conversationIndex,
  itemSchemaVersion,
  statusKey,
  timeSortKey,
  ttlAttribute,
} from '../../shared/contract/table';

const text = (value: string): AttributeValue => ({ S: value });
const number = (value: number): AttributeValue => ({ N: String(value) });
const optional = (name: string, value: string | undefined): Item =>
  value === undefined ? {} : { [name]: text(value) };

const secondsPerDay = 86_400;

const schemaAttribute: Item = { schema: number(itemSchemaVersion) };

/** Which delivery an item comes from, and how long it is kept. */
const deliveryAttributes = (webhook: StoredWebhook, retentionDays: number): Item => ({
  ...schemaAttribute,
  accountSid: text(webhook.accountSid),
  requestId: text(webhook.requestId),
  receivedAt: text(webhook.receivedAt),
  ...optional('idempotencyToken', webhook.idempotencyToken),
  ...optional('via', webhook.via),
  ...(retentionDays > 0
    ? {
        [ttlAttribute]: number(Math.floor(Date.parse(webhook.receivedAt) / 1000) + retentionDays * secondsPerDay),
      }
    : {}),
});

/**
 * The index lists an item by the account and day of its arrival.
 * @param shardId the id that chooses the shard
 */
const indexAttributes = (accountSid: string, receivedAt: string, id: string, shardId = id): Item => ({
  [accountDayIndex.partition]: text(
    accountDayPartition(accountSid, receivedAt.slice(0, 'YYYY-MM-DD'.length), accountDayShard(shardId)),
  ),
  [accountDayIndex.sort]: text(timeSortKey(receivedAt, id)),
});

/**
 * The origin of a message item: what the message is and when it arrived, all from one delivery. That is the incoming
 * message if there is one, else the earliest status callback. Parameters are JSON text, because a DynamoDB map cannot
 * have empty names.
 */
export const messageAttributes = (
  webhook: IncomingMessage | StatusCallback,
  retentionDays: number,
  hasConversationIndex = true,
): Item => {
  const { messageSid, accountSid, from, to, receivedAt } = webhook;
  return {
    ...deliveryAttributes(webhook, retentionDays),
    direction: text(webhook.kind === 'message' ? 'inbound' : 'outbound'),
    from: text(from),
    to: text(to),
    ...indexAttributes(accountSid, receivedAt, messageSid),
    ...(hasConversationIndex ? { [conversationIndex.partition]: text(conversationIdOf(accountSid, from, to)) } : {}),
    ...(webhook.kind === 'message' ? contentAttributes(webhook) : {}),
  };
};

const contentAttributes = (message: IncomingMessage): Item => ({
  ...optional('body', message.body),
  numMedia: number(message.numMedia),
  media: {
    L: message.media.map(({ url, contentType }) => ({
      M: { url: text(url), contentType: text(contentType) },
    })),
  },
  params: text(message.params),
  query: text(message.query),
  fallback: { BOOL: message.fallback },
  ...Object.fromEntries(Object.entries(message.attributes).map(([name, value]) => [name, text(value)])),
});

/** Attributes that only some incoming messages have. */
export const optionalContentAttributes: readonly string[] = ['body', ...messageAttributeNames];
/** Attributes that only some deliveries have. */
export const optionalDeliveryAttributes: readonly string[] = ['via'];

/** The status of a message item. */
export const statusAttributes = (status: {
  readonly status: string;
  readonly errorCode?: string;
  readonly order: number;
  readonly receivedAt: string;
}): Item => ({
  status: text(status.status),
  ...optional('errorCode', status.errorCode),
  statusOrder: number(status.order),
  updatedAt: text(status.receivedAt),
});

/** One entry of a message's status history, in the message's shard of the index. */
export const historyItem = (status: StatusCallback, retentionDays: number): Item => ({
  ...deliveryAttributes(status, retentionDays),
  ...indexAttributes(
    status.accountSid,
    status.receivedAt,
    `${status.messageSid}#${statusKey(status.status, status.errorCode)}`,
    status.messageSid,
  ),
  kind: text(status.kind),
  messageSid: text(status.messageSid),
  status: text(status.status),
  ...optional('errorCode', status.errorCode),
  from: text(status.from),
  to: text(status.to),
  query: text(status.query),
  params: text(status.params),
});

export const eventItem = (event: OtherEvent, retentionDays: number): Item => ({
  ...deliveryAttributes(event, retentionDays),
  ...indexAttributes(event.accountSid, event.receivedAt, event.eventId),
  eventId: text(event.eventId),
  kind: text(event.kind),
  route: text(event.route),
  ...optional('subject', event.subject),
  ...optional('type', event.type),
  ...optional('source', event.source),
  ...optional('reason', event.reason),
  query: text(event.query),
  ...Object.fromEntries(Object.entries(event.content).map(([name, content]) => [name, text(content)])),
  contentHash: text(event.contentHash),
});

/** Contains neither text nor numbers of the webhook, because it is kept after everything else is deleted. */
export const signedTextItem = (signed: SignedText): Item => ({
  ...schemaAttribute,
  accountSid: text(signed.accountSid),
  reading: text(signed.reading),
  requestId: text(signed.requestId),
  receivedAt: text(signed.receivedAt),
  ...optional('idempotencyToken', signed.idempotencyToken),
});

export const progressAttributes = (eventsStored: number): Item => ({ eventsStored: number(eventsStored) });
