import { canaryEventType } from '../contract/canary';
import {
  canarySortKey,
  eventSortKey,
  isOptOutPartition,
  mergedAttribute,
  messageSortKey,
  otherContentSortKeyPrefix,
  restoredAttribute,
  statusKey,
  statusSortKeyPrefix,
} from '../contract/table';
import { acceptedAttributes } from './accepted-text';
import { conversationIdOf, groupIdOf } from './conversation';
import { deduplicationIdOf, publication } from './event-publication';
import { firstValue, mediaAt, numberAt, paramsAt, textAt, viaOf, type Image } from './item-image';
import { otherEvent } from './other-event';
import type { Publication } from './publication';
import { requestIdAttribute } from './request-id';

/** A record of the table's stream: the parts that are read. */
export interface Change {
  readonly dynamodb?: { readonly NewImage?: Image | undefined; readonly OldImage?: Image | undefined } | undefined;
}

/** Statuses after which Twilio sends no other, except `read` after `delivered`. */
const terminalStatuses = ['canceled', 'failed', 'undelivered', 'partially_delivered', 'delivered', 'read'];

/**
 * Reads the event from a change of the table. These are events: a message item that becomes incoming, a message item
 * whose status moves forward, a new row of status history, a new event item. Nothing else is: markers, opt-outs, rows
 * of the circuit breaker, deletions, writes that change nothing, and what is restored from a backup.
 * @returns undefined where the change is not an event
 */
export const readChange = ({ dynamodb }: Change): Publication | undefined => {
  const image = dynamodb?.NewImage;
  if (image === undefined) return undefined;
  const before = dynamodb?.OldImage;
  return isRestored(image, before) ? undefined : eventBetween(image, before);
};

/** The event of a stored item, as if it had just been inserted, also if it was restored. */
export const readStored = (image: Image): Publication | undefined => eventBetween(image, undefined);

/** The gateway that the backup is from has published the event. A later change of the item is an event again. */
const isRestored = (image: Image, before: Image | undefined): boolean =>
  [restoredAttribute, mergedAttribute].some((name) => {
    const time = textAt(image, name);
    return time !== undefined && time !== textAt(before, name);
  });

const eventBetween = (image: Image, before: Image | undefined): Publication | undefined => {
  const event = eventOf(image, before);
  const requestId = textAt(image, 'requestId') ?? '';
  // A message item keeps the id of the request that made it, also when a later request changes its status.
  if (event === undefined || requestId === textAt(before, 'requestId')) return event;
  return { ...event, attributes: { ...event.attributes, ...acceptedAttributes({ [requestIdAttribute]: requestId }) } };
};

const eventOf = (image: Image, before: Image | undefined): Publication | undefined => {
  if (isOptOutPartition(textAt(image, 'pk') ?? '')) return undefined;
  const sortKey = textAt(image, 'sk') ?? '';
  if (sortKey === messageSortKey) return messageChange(image, before);
  if (before !== undefined) return undefined;
  if (sortKey === canarySortKey) return canary(image);
  if (sortKey.startsWith(statusSortKeyPrefix)) return statusCallback(image);
  if (sortKey === eventSortKey || sortKey.startsWith(otherContentSortKeyPrefix)) return otherEvent(image);
  return undefined;
};

/** Its subject is the id of the canary, which is the last part of the key. */
const canary = (image: Image): Publication => {
  const accountSid = textAt(image, 'accountSid') ?? '';
  const item = { pk: textAt(image, 'pk') ?? '', sk: canarySortKey };
  const subject = item.pk.split('#')[2] ?? '';
  return {
    event: {
      specversion: '1.0',
      type: canaryEventType,
      id: `canary/${subject}`,
      source: `/accounts/${accountSid}`,
      subject,
      time: textAt(image, 'receivedAt') ?? '',
      datacontenttype: 'application/json',
      item,
    },
    groupId: groupIdOf(accountSid, item.pk),
    deduplicationId: deduplicationIdOf(item.pk),
    attributes: acceptedAttributes({ type: canaryEventType, accountSid }),
  };
};

const messageChange = (image: Image, before: Image | undefined): Publication | undefined => {
  if (textAt(image, 'direction') === 'inbound' && textAt(before, 'direction') !== 'inbound') {
    return messageReceived(image);
  }
  const order = numberAt(image, 'statusOrder');
  const isForward = order !== undefined && order > (numberAt(before, 'statusOrder') ?? -1);
  return isForward ? statusChanged(image, before, order) : undefined;
};

const messageReceived = (image: Image): Publication => {
  const message = addressesOf(image);
  const params = paramsAt(image, 'params');
  const body = textAt(image, 'body');
  const messagingServiceSid = firstValue(params['MessagingServiceSid']);
  const optOutType = firstValue(params['OptOutType']);
  return publication(
    'twilio.webhook.message.received',
    image,
    message.messageSid,
    {
      ...message,
      ...(body !== undefined && { body }),
      media: mediaAt(image),
      ...(messagingServiceSid !== undefined && { messagingServiceSid }),
      ...(optOutType !== undefined && { optOutType }),
      fallback: image['fallback']?.BOOL === true,
      query: textAt(image, 'query') ?? '',
      params,
      ...viaOf(image),
    },
    { subject: message.messageSid, groupId: message.conversationId },
    { from: message.from, to: message.to, ...(optOutType !== undefined && { optOutType }) },
  );
};

const statusChanged = (image: Image, before: Image | undefined, order: number): Publication => {
  const message = addressesOf(image);
  const status = textAt(image, 'status') ?? '';
  const previousStatus = textAt(before, 'status');
  const errorCode = textAt(image, 'errorCode');
  const terminal = terminalStatuses.includes(status);
  return publication(
    'twilio.webhook.message.status-changed',
    image,
    `${message.messageSid}#${statusKey(status, errorCode)}`,
    {
      ...message,
      status,
      ...(previousStatus !== undefined && { previousStatus }),
      ...(errorCode !== undefined && { errorCode }),
      order,
      terminal,
    },
    { subject: message.messageSid, groupId: message.conversationId },
    { from: message.from, to: message.to, status, terminal: String(terminal) },
  );
};

const statusCallback = (image: Image): Publication => {
  const message = addressesOf(image);
  const status = textAt(image, 'status') ?? '';
  const errorCode = textAt(image, 'errorCode');
  return publication(
    'twilio.webhook.status-callback.received',
    image,
    `${message.messageSid}#${statusKey(status, errorCode)}`,
    {
      ...message,
      status,
      ...(errorCode !== undefined && { errorCode }),
      query: textAt(image, 'query') ?? '',
      params: paramsAt(image, 'params'),
      ...viaOf(image),
    },
    { subject: message.messageSid, groupId: message.conversationId },
    { from: message.from, to: message.to, status },
  );
};

const addressesOf = (image: Image) => {
  const accountSid = textAt(image, 'accountSid') ?? '';
  const from = textAt(image, 'from') ?? '';
  const to = textAt(image, 'to') ?? '';
  // A message item has its SID in its key only.
  const messageSid = textAt(image, 'messageSid') ?? (textAt(image, 'pk') ?? '').split('#')[2] ?? '';
  return { messageSid, accountSid, from, to, conversationId: conversationIdOf(accountSid, from, to) };
};
