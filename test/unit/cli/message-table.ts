import { DynamoDB, type AttributeValue } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { AddressInfo } from 'node:net';
import {
  accountDayIndex,
  accountDayPartition,
  accountDayShard,
  eventKey,
  messageKey,
  tableKeys,
  timeSortKey,
} from '../../../lambda/shared/contract/table';

export const tableName = 'Messages';

/** A message item with its place in the index by account and day. */
export const messageItem = (
  sid: string,
  receivedAt: string,
  account: string,
  body: string,
): Record<string, AttributeValue> => {
  const { pk, sk } = messageKey(account, sid);
  return {
    pk: { S: pk },
    sk: { S: sk },
    accountSid: { S: account },
    body: { S: body },
    status: { S: 'received' },
    receivedAt: { S: receivedAt },
    params: { S: '{}' },
    [accountDayIndex.partition]: {
      S: accountDayPartition(account, receivedAt.slice(0, 10), accountDayShard(sid)),
    },
    [accountDayIndex.sort]: { S: timeSortKey(receivedAt, sid) },
  };
};

interface StoredEvent {
  /** Such as `EVENT#<hash>`, with a hash of its content if another event has the same id. */
  readonly id: string;
  readonly receivedAt: string;
  readonly account: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** An event item with its place in the index by account and day. */
export const eventItem = ({ id, receivedAt, account, attributes }: StoredEvent): Record<string, AttributeValue> => ({
  ...placeOf(account, id),
  eventId: { S: id },
  accountSid: { S: account },
  receivedAt: { S: receivedAt },
  ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { S: value }])),
  [accountDayIndex.partition]: {
    S: accountDayPartition(account, receivedAt.slice(0, 10), accountDayShard(id)),
  },
  [accountDayIndex.sort]: { S: timeSortKey(receivedAt, id) },
});

const placeOf = (account: string, id: string): Record<string, AttributeValue> => {
  const [kind = '', hash = '', ...contentHash] = id.split('#');
  const { pk, sk } = eventKey(account, `${kind}#${hash}`);
  return { pk: { S: pk }, sk: { S: [sk, ...contentHash].join('#') } };
};

/** An emulated table with the index that the CLI reads, and the items in it. */
export const startMessageTable = async (items: readonly Record<string, AttributeValue>[]) => {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDB({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const key = (name: string, type: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType: type });
  const names = [tableKeys.partition, tableKeys.sort, accountDayIndex.partition, accountDayIndex.sort];
  await client.createTable({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: [key(tableKeys.partition, 'HASH'), key(tableKeys.sort, 'RANGE')],
    GlobalSecondaryIndexes: [
      {
        IndexName: accountDayIndex.name,
        KeySchema: [key(accountDayIndex.partition, 'HASH'), key(accountDayIndex.sort, 'RANGE')],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  for (let at = 0; at < items.length; at += 25) {
    await client.batchWriteItem({
      RequestItems: { [tableName]: items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })) },
    });
  }
  return {
    client,
    endpoint,
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
