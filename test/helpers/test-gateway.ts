import { DynamoDBClient, paginateScan, QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocalGateway, type LocalGateway, type LocalGatewayOptions } from '../../local/gateway';
import { localCredentials, localRegion } from '../../local/aws-identity';
import { devAssembly } from './assembly';
import { testAccount } from './test-account';

/** The local gateway in this process, with clients for its services and its logs at hand. */
export interface TestGateway {
  readonly gateway: LocalGateway;
  readonly baseUrl: string;
  readonly webhooks: LocalGateway['state']['webhooks'];
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
  /** Everything the functions and the front door have logged, in one text. */
  logText(): string;
  /** Its JSON lines, parsed. */
  logs(): readonly Readonly<Record<string, unknown>>[];
  clearLogs(): void;
  /** All items of the table. */
  items(): Promise<Record<string, AttributeValue>[]>;
  /** The items of one partition, by sort key. */
  itemsOf(partitionKey: string): Promise<Record<string, AttributeValue>[]>;
  /** Visible, in flight and delayed messages of a queue URL. */
  queued(queueUrl: string): Promise<number>;
  /** Waits until the event queue is empty and nothing of it is in flight. */
  settled(withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

export const startTestGateway = async (options: Partial<LocalGatewayOptions> = {}): Promise<TestGateway> => {
  const chunks: string[] = [];
  const gateway = await startLocalGateway({
    port: 0,
    assemble: devAssembly,
    account: testAccount,
    onLog: (text) => chunks.push(text),
    ...options,
  });
  const { state } = gateway;
  const client = (endpoint: string) => ({
    endpoint,
    region: localRegion,
    credentials: localCredentials,
    maxAttempts: 1,
  });
  const sqs = new SQSClient(client(state.endpoints.sqs));
  const dynamodb = new DynamoDBClient(client(state.endpoints.dynamodb));
  const secretsManager = new SecretsManagerClient(client(state.endpoints.secretsmanager));

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
  const logText = (): string => chunks.join('');

  return {
    gateway,
    baseUrl: state.baseUrl,
    webhooks: state.webhooks,
    sqs,
    dynamodb,
    secretsManager,
    logText,
    logs: () =>
      logText()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    clearLogs: () => void chunks.splice(0),
    items: async () => {
      const items: Record<string, AttributeValue>[] = [];
      for await (const page of paginateScan({ client: dynamodb }, { TableName: state.tableName })) {
        items.push(...(page.Items ?? []));
      }
      return items;
    },
    itemsOf: async (partitionKey) => {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: state.tableName,
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
      while ((await queued(state.queues.events)) > 0) {
        if (Date.now() > until) throw new Error('the event queue did not become empty in time');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: async () => {
      for (const sdk of [sqs, dynamodb, secretsManager]) sdk.destroy();
      await gateway.close();
    },
  };
};
