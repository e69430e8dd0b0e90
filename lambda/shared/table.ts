import { createHash } from 'node:crypto';

/** The one table's key schema: names for the stack, key values for the consumer and the CLI. */
export const tableKeys = { partition: 'pk', sort: 'sk' } as const;
/** Epoch seconds after which DynamoDB deletes an item. */
export const ttlAttribute = 'expiresAt';

/** All messages and events of an account in a day (UTC), by time, spread over shards. Keys only. */
export const accountDayIndex = {
  name: 'byAccountDay',
  partition: 'accountDay',
  sort: 'accountDayTime',
} as const;

/** A partition of an index takes 1,000 writes a second; four carry 4,000 messages a second of one account. */
export const accountDayShards = 4;

/** Written into every item, so that a reader can tell how it was meant when that changes. */
export const itemSchemaVersion = 2;

export const messageSortKey = 'MESSAGE';
export const statusSortKeyPrefix = 'STATUS#';
export const eventSortKey = 'EVENT';
/** Of an event whose place was taken by other content. */
export const otherContentSortKeyPrefix = 'EVENT#';
export const signedTextSortKey = 'SIGNED';

/** The second part of a partition key: kinds never share keys. */
export const partitionKinds = ['MESSAGE', 'USAGE', 'CLOUDEVENT', 'EVENT', 'TEXT'] as const;
type PartitionKind = (typeof partitionKinds)[number];

/** The account comes first, so that no account can name a place of another. */
const partition = (accountSid: string, kind: PartitionKind, id: string): string =>
  `${accountSid}#${kind}#${id}`;

/** An id that the sender chose may be longer than a key. */
const hashed = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

export const messageKey = (accountSid: string, messageSid: string) => ({
  pk: partition(accountSid, 'MESSAGE', messageSid),
  sk: messageSortKey,
});

/** @param key of `statusKey` in event-id.ts */
export const statusEventKey = (accountSid: string, messageSid: string, key: string) => ({
  pk: partition(accountSid, 'MESSAGE', messageSid),
  sk: `${statusSortKeyPrefix}${key}`,
});

export const usageKey = (accountSid: string, idempotencyToken: string) => ({
  pk: partition(accountSid, 'USAGE', hashed(idempotencyToken)),
  sk: eventSortKey,
});

/** CloudEvents are unique by source and id. */
export const cloudEventKey = (accountSid: string, source: string, id: string) => ({
  pk: partition(accountSid, 'CLOUDEVENT', hashed(source, id)),
  sk: eventSortKey,
});

/** What has no identifier of its own. */
export const eventKey = (accountSid: string, signedTextHash: string) => ({
  pk: partition(accountSid, 'EVENT', signedTextHash),
  sk: eventSortKey,
});

/** The marker of a signed text that was read. Kept indefinitely. */
export const signedTextKey = (accountSid: string, signedTextHash: string) => ({
  pk: partition(accountSid, 'TEXT', signedTextHash),
  sk: signedTextSortKey,
});

/** `day` is YYYY-MM-DD in UTC. */
export const accountDayPartition = (accountSid: string, day: string, shard: number): string =>
  `${accountSid}#${day}#${shard}`;

/** @param id a message SID, or the partition key of an event */
export const accountDayShard = (id: string): number =>
  (createHash('sha256').update(id).digest()[0] ?? 0) % accountDayShards;

/** Sorts by time, then id; the id makes it unique. */
export const timeSortKey = (receivedAt: string, id: string): string => `${receivedAt}#${id}`;
