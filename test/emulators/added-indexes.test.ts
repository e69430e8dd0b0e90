import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDB, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { conversationIndex, tableSchema } from '../../lambda/shared/contract/table';
import { startDynamoDb, type LocalDynamoDb } from '../../local/dynamodb/dynamodb';

const TableName = 'Items';
const region = 'eu-west-1';
// CloudFormation has DynamoDB's own shapes, as texts.
const withBoth = { TableName, BillingMode: 'PAY_PER_REQUEST', ...tableSchema() } as CreateTableCommandInput;
const withOne: CreateTableCommandInput = {
  ...withBoth,
  AttributeDefinitions: withBoth.AttributeDefinitions?.slice(0, 4),
  GlobalSecondaryIndexes: withBoth.GlobalSecondaryIndexes?.slice(0, 1),
};

describe('a table that the data directory has', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-indexes-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const use = async (work: (dynamodb: LocalDynamoDb, client: DynamoDB) => Promise<void>): Promise<void> => {
    const dynamodb = await startDynamoDb({ directory, region });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDB({ endpoint: dynamodb.endpoint, region, credentials });
    try {
      await work(dynamodb, client);
    } finally {
      client.destroy();
      await dynamodb.close();
    }
  };

  const put = (client: DynamoDB, id: string) =>
    client.putItem({
      TableName,
      Item: { pk: { S: id }, sk: { S: 'MESSAGE' }, conversation: { S: 'c' }, accountDayTime: { S: id } },
    });

  const listed = async (client: DynamoDB) => {
    const { Items = [] } = await client.query({
      TableName,
      IndexName: conversationIndex.name,
      KeyConditionExpression: 'conversation = :conversation',
      ExpressionAttributeValues: { ':conversation': { S: 'c' } },
    });
    return Items.map(({ pk }) => pk?.S);
  };

  test('gets an index that the template has now, with the items that have its key, and keeps it', async () => {
    await use(async (dynamodb, client) => {
      await dynamodb.createTable(withOne);
      await put(client, '1');
      await client.putItem({ TableName, Item: { pk: { S: '0' }, sk: { S: 'MESSAGE' } } });
      await expect(listed(client)).rejects.toThrow('byConversation');
    });
    await use(async (dynamodb, client) => {
      await dynamodb.createTable(withBoth);
      expect(await listed(client)).toEqual(['1']);
      await put(client, '2');
      expect(await listed(client)).toEqual(['1', '2']);
    });
    await use(async (dynamodb, client) => {
      await dynamodb.createTable(withBoth);
      expect(await listed(client)).toEqual(['1', '2']);
      expect((await client.scan({ TableName })).Count).toBe(3);
    });
  });
});
