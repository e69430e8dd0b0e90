import { createHash } from 'node:crypto';

/** The one table's key schema: names for the stack, key values for the consumer and the CLI. */
export const tableKeys = { partition: 'pk', sort: 'sk' } as const;
/** Epoch seconds after which DynamoDB deletes an item. */
export const ttlAttribute = 'expiresAt';
/** When an item was written from a backup. */
export const restoredAttribute = 'restoredAt';
/** When an item that webhooks had written was combined with that of a backup. */
export const mergedAttribute = 'mergedAt';

/** All messages, statuses and events of an account in a day (UTC), by time, spread over shards. Keys only. */
export const accountDayIndex = {
  name: 'byAccountDay',
  partition: 'accountDay',
  sort: 'accountDayTime',
} as const;

/**
 * The messages between two addresses of an account, by time. Keys only. Not spread over shards: a partition takes 1,000
 * writes a second, and a message is written here once, whatever its statuses. Its sort key is that of the other index.
 */
export const conversationIndex = {
  name: 'byConversation',
  partition: 'conversation',
  sort: accountDayIndex.sort,
} as const;

const attribute = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];

/** Keys and indexes of the table as CloudFormation writes them, for a table that is not in a template. */
export const tableSchema = () => ({
  AttributeDefinitions: [
    tableKeys.partition,
    tableKeys.sort,
    accountDayIndex.partition,
    accountDayIndex.sort,
    conversationIndex.partition,
  ].map(attribute),
  KeySchema: keySchema(tableKeys.partition, tableKeys.sort),
  GlobalSecondaryIndexes: [accountDayIndex, conversationIndex].map(({ name, partition, sort }) => ({
    IndexName: name,
    KeySchema: keySchema(partition, sort),
    Projection: { ProjectionType: 'KEYS_ONLY' },
  })),
});

/** A partition of an index takes 1,000 writes a second; four carry 4,000 messages a second of one account. */
export const accountDayShards = 4;

/** Written into every item, so that readers can distinguish old formats from new ones. */
export const itemSchemaVersion = 2;

export const messageSortKey = 'MESSAGE';
export const statusSortKeyPrefix = 'STATUS#';
export const eventSortKey = 'EVENT';
/** Of an event whose key was taken by other content. */
export const otherContentSortKeyPrefix = 'EVENT#';
export const signedTextSortKey = 'SIGNED';
export const canarySortKey = 'CANARY';

/** The sender chooses these ids, which may be longer than a key may be. */
const hashed = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/*
 * Partition keys begin with the account, so that no account can use a key of another, and go on with the kind, so that
 * kinds never share keys.
 */

export const messageKey = (accountSid: string, messageSid: string) => ({
  pk: `${accountSid}#MESSAGE#${messageSid}`,
  sk: messageSortKey,
});

/** `MessageStatus` and `ErrorCode` of a status callback as one key; `-` means no error. */
export const statusKey = (status: string, errorCode: string | undefined): string =>
  `${status}#${errorCode === undefined || errorCode === '' ? '-' : errorCode}`;

/** @param key from `statusKey` */
export const statusEventKey = (accountSid: string, messageSid: string, key: string) => ({
  pk: `${accountSid}#MESSAGE#${messageSid}`,
  sk: `${statusSortKeyPrefix}${key}`,
});

/** Event ids are unique in an account. */
export const usageEventId = (idempotencyToken: string): string => `USAGE#${hashed(idempotencyToken)}`;
/** CloudEvents are unique by source and id. */
export const cloudEventId = (source: string, id: string): string => `CLOUDEVENT#${hashed(source, id)}`;
/** For webhooks without an identifier of their own. */
export const signedTextEventId = (signedTextHash: string): string => `EVENT#${signedTextHash}`;

/** @param eventId from one of the three functions above */
export const eventKey = (accountSid: string, eventId: string) => ({
  pk: `${accountSid}#${eventId}`,
  sk: eventSortKey,
});

/** @param canaryId as `isCanaryId` accepts it */
export const canaryKey = (accountSid: string, canaryId: string) => ({
  pk: `${accountSid}#CANARY#${canaryId}`,
  sk: canarySortKey,
});

/** The marker of a signed text that was processed. Kept indefinitely. */
export const signedTextKey = (accountSid: string, signedTextHash: string) => ({
  pk: `${accountSid}#TEXT#${signedTextHash}`,
  sk: signedTextSortKey,
});

/** The partition of an account's opt-out register: who has opted out of whose messages. Kept indefinitely. */
export const optOutPartition = (accountSid: string): string => `${accountSid}#OPT-OUTS`;

/** Only the partition says it: the own address may be an alphanumeric sender, even `STATUS` or `EVENT`. */
export const isOptOutPartition = (partition: string): boolean => partition.endsWith(optOutPartition(''));

/** The item with how far an account's reconciliation has come. */
export const reconciliationKey = (accountSid: string) => ({
  pk: `${accountSid}#RECONCILIATION`,
  sk: 'RECONCILIATION',
});

/** Shows that a message or status was counted as missed. @param eventId as the envelope of its backfill has it */
export const missedKey = (accountSid: string, eventId: string) => ({
  pk: reconciliationKey(accountSid).pk,
  sk: `MISSED#${eventId}`,
});

/** Both parts of the sort key fit into its 1,024 bytes, and a `#` in one of them cannot make two keys equal. */
const maxAddressBytes = 500;
const addressKey = (address: string): string =>
  address.includes('#') || Buffer.byteLength(address) > maxAddressBytes ? hashed(address) : address;

/**
 * Readers take the addresses from the item, because the key has a hash of an unusual one.
 * @param own the SID of the messaging service if the message has one, else the account's own address
 * @param person the address of the other side, as Twilio writes it
 */
export const optOutKey = (accountSid: string, own: string, person: string) => ({
  pk: optOutPartition(accountSid),
  sk: `${addressKey(own)}#${addressKey(person)}`,
});

/** `day` is YYYY-MM-DD in UTC. */
export const accountDayPartition = (accountSid: string, day: string, shard: number): string =>
  `${accountSid}#${day}#${shard}`;

/** @param id a message SID, or the partition key of an event */
export const accountDayShard = (id: string): number =>
  (createHash('sha256').update(id).digest()[0] ?? 0) % accountDayShards;

/** Sorts by time, then id; the id makes it unique. */
export const timeSortKey = (receivedAt: string, id: string): string => `${receivedAt}#${id}`;
