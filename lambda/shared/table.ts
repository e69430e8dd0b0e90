import { createHash } from 'node:crypto';

/** The one table's key schema: names for the stack, key values for the consumer and the CLI. */
export const tableKeys = { partition: 'pk', sort: 'sk' } as const;
/** Epoch seconds after which DynamoDB deletes an item. */
export const ttlAttribute = 'expiresAt';

/** All messages an account received or sent in a day (UTC), by time, spread over shards. Keys only. */
export const accountDayIndex = {
  name: 'byAccountDay',
  partition: 'accountDay',
  sort: 'accountDayTime',
} as const;

/** A partition of an index takes 1,000 writes a second; four carry 4,000 messages a second of one account. */
export const accountDayShards = 4;

/** Written into every item, so that a reader can tell how it was meant when that changes. */
export const itemSchemaVersion = 1;

export const messageSortKey = 'MESSAGE';
export const statusSortKeyPrefix = 'STATUS#';
export const eventSortKey = 'EVENT';

export const messageKey = (messageSid: string) => ({ pk: `MESSAGE#${messageSid}`, sk: messageSortKey });
/** `statusKey` of event-id.ts gives the second argument. */
export const statusEventKey = (messageSid: string, key: string) => ({
  pk: `MESSAGE#${messageSid}`,
  sk: `${statusSortKeyPrefix}${key}`,
});
export const eventKey = (eventId: string) => ({ pk: `EVENT#${eventId}`, sk: eventSortKey });

/** `day` is YYYY-MM-DD in UTC. */
export const accountDayPartition = (accountSid: string, day: string, shard: number): string =>
  `${accountSid}#${day}#${shard}`;

export const accountDayShard = (messageSid: string): number =>
  (createHash('sha256').update(messageSid).digest()[0] ?? 0) % accountDayShards;

/** Sorts by time, then SID; the SID makes it unique. */
export const timeSortKey = (receivedAt: string, messageSid: string): string => `${receivedAt}#${messageSid}`;
