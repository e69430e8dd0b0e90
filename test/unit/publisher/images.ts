import type { DynamoDBRecord } from 'aws-lambda';
import { keyAttributes, type Item, type Key } from '../../../lambda/aws/dynamodb-writes';
import {
  eventItem,
  historyItem,
  messageAttributes,
  signedTextItem,
  statusAttributes,
} from '../../../lambda/consumer/aws/dynamodb-items';
import type { IncomingMessage, OtherEvent, StatusCallback } from '../../../lambda/consumer/ports';
import {
  eventKey,
  messageKey,
  otherContentSortKeyPrefix,
  signedTextKey,
  statusEventKey,
  statusKey,
} from '../../../lambda/shared/contract/table';
import { accountSid, at } from '../consumer/webhooks';

/* Items as the consumer writes them, made by the consumer's own functions. */

const keep = 400;

const withKey = (key: Key, item: Item): Item => ({ ...keyAttributes(key), ...item });

export const messageImage = (message: IncomingMessage): Item =>
  withKey(messageKey(message.accountSid, message.messageSid), {
    ...messageAttributes(message, keep),
    ...statusAttributes(message),
  });

export const without = (item: Item, ...names: readonly string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

/** The item of a message that sent this callback, with its status. */
export const statusImage = (callback: StatusCallback, over: Item = {}): Item => {
  const { errorCode, order = -1 } = callback;
  return withKey(messageKey(callback.accountSid, callback.messageSid), {
    ...messageAttributes(callback, keep),
    ...without(over, 'errorCode'),
    ...statusAttributes({ ...callback, order, ...(errorCode !== undefined && { errorCode }) }),
  });
};

export const historyImage = (callback: StatusCallback): Item =>
  withKey(
    statusEventKey(callback.accountSid, callback.messageSid, statusKey(callback.status, callback.errorCode)),
    historyItem(callback, keep),
  );

export const eventImage = (event: OtherEvent): Item =>
  withKey(eventKey(event.accountSid, event.eventId), eventItem(event, keep));

/** The item of an event whose id was taken by other content. */
export const otherContentImage = (event: OtherEvent): Item => ({
  ...eventImage({ ...event, eventId: `${event.eventId}#${event.contentHash}` }),
  ...keyAttributes({
    pk: eventKey(event.accountSid, event.eventId).pk,
    sk: `${otherContentSortKeyPrefix}${event.contentHash}`,
  }),
});

export const markerImage = (): Item =>
  withKey(
    signedTextKey(accountSid, 'f'.repeat(64)),
    signedTextItem({
      accountSid,
      signedTextHash: 'f'.repeat(64),
      reading: 'a',
      requestId: 'request-1',
      receivedAt: at(0),
    }),
  );

export const change = (after: Item | undefined, before?: Item, sequenceNumber = '100'): DynamoDBRecord => ({
  eventName: after === undefined ? 'REMOVE' : before === undefined ? 'INSERT' : 'MODIFY',
  dynamodb: {
    SequenceNumber: sequenceNumber,
    // The SDK's type and the event's type come from two packages, but are the same.
    ...(after && { NewImage: after as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'] }),
    ...(before && { OldImage: before as NonNullable<DynamoDBRecord['dynamodb']>['OldImage'] }),
  },
});
