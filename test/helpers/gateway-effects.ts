import { paginateScan, QueryCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { signedTextSortKey } from '../../lambda/shared/contract/table';

export type Item = Record<string, AttributeValue>;

/** The `MessageSid` of every message among items, once per item. */
export const messageSids = (items: readonly Item[]): string[] =>
  items.filter(({ sk }) => sk?.S === 'MESSAGE').map(({ pk }) => pk?.S?.split('#').at(-1) ?? '');

export const isMarker = ({ sk }: Readonly<Item>): boolean => sk?.S === signedTextSortKey;

/** Reads the queue and the table, wherever the gateway runs. */
export interface GatewayEffects {
  /** All items of the table except the markers of signed texts. */
  items(): Promise<Item[]>;
  /** The markers: one for each signed text that was read. */
  markers(): Promise<Item[]>;
  /** Both, in one scan. */
  rows(): Promise<Item[]>;
  /** The items of one partition, by sort key. */
  itemsOf(partitionKey: string): Promise<Item[]>;
  /** Visible, in flight and delayed messages of a queue URL. */
  queued(queueUrl: string): Promise<number>;
  /** Waits until the event queue is empty, with no message in flight. */
  settled(withinMs?: number): Promise<void>;
}

export interface GatewayStores {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly eventQueueUrl: string;
}

export const gatewayEffects = ({ sqs, dynamodb, tableName, eventQueueUrl }: GatewayStores): GatewayEffects => {
  const queued = async (queueUrl: string): Promise<number> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };
  const scan = async (isWanted: (item: Item) => boolean = () => true): Promise<Item[]> => {
    const items: Item[] = [];
    for await (const page of paginateScan({ client: dynamodb }, { TableName: tableName })) {
      items.push(...(page.Items ?? []).filter(isWanted));
    }
    return items;
  };
  return {
    items: () => scan((item) => !isMarker(item)),
    markers: () => scan(isMarker),
    rows: () => scan(),
    itemsOf: async (partitionKey) => {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: partitionKey } },
          ConsistentRead: true,
        }),
      );
      return Items;
    },
    queued,
    settled: async (withinMs = 15_000) => {
      const until = Date.now() + withinMs;
      while ((await queued(eventQueueUrl)) > 0) {
        if (Date.now() > until) throw new Error('the event queue did not become empty in time');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
};
