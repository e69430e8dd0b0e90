import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { createDynamoDbTableReader, type DynamoDbCalls } from '../../../../../cli/clients/dynamodb/table-reader';
import {
  eventItem,
  historyItem,
  messageAttributes,
  statusAttributes,
} from '../../../../../lambda/consumer/aws/dynamodb-items';
import type { IncomingMessage, OtherEvent, StatusCallback } from '../../../../../lambda/consumer/ports';
import type { Item } from '../../../../../lambda/aws/dynamodb-writes';
import { eventKey, messageKey, statusEventKey, statusKey } from '../../../../../lambda/shared/contract/table';
import { eventTableName } from '../../../../helpers/event-table';

const keyAttributes = ({ pk, sk }: { readonly pk: string; readonly sk: string }): Item => ({
  pk: { S: pk },
  sk: { S: sk },
});

/** A message as its own webhook, or its first status callback, stores it. */
export const messageRow = (webhook: IncomingMessage | StatusCallback): Item => ({
  ...messageAttributes(webhook, 0),
  ...statusAttributes({ ...webhook, order: webhook.order ?? 0 }),
  ...keyAttributes(messageKey(webhook.accountSid, webhook.messageSid)),
});

export const statusRow = (status: StatusCallback): Item => ({
  ...historyItem(status, 0),
  ...keyAttributes(statusEventKey(status.accountSid, status.messageSid, statusKey(status.status, status.errorCode))),
});

export const eventRow = (event: OtherEvent): Item => ({
  ...eventItem(event, 0),
  ...keyAttributes(eventKey(event.accountSid, event.eventId)),
});

export const storeRows = async (client: DynamoDB, rows: readonly Item[]): Promise<void> => {
  for (let at = 0; at < rows.length; at += 25) {
    await client.batchWriteItem({
      RequestItems: { [eventTableName]: rows.slice(at, at + 25).map((row) => ({ PutRequest: { Item: row } })) },
    });
  }
};

/** Each request in flight listens to the signal, as `runAsProcess` allows. */
const unlimited = (): AbortSignal => {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
};

export const tableReader = (calls: DynamoDbCalls) =>
  createDynamoDbTableReader(calls, {
    tableName: eventTableName,
    signal: unlimited(),
    sleep: (milliseconds) => sleep(milliseconds),
  });

export const collect = async <T>(found: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const each of found) all.push(each);
  return all;
};
