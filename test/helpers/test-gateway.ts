import { Agent } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startLocalGateway, type LocalGateway, type LocalGatewayOptions } from '../../local/gateway';
import { localCredentials, localRegion } from '../../local/server/aws-identity';
import type { PublishedNotice } from '../../local/sns/publish';
import { devAssembly } from './assembly';
import { gatewayEffects, type GatewayEffects } from './gateway-effects';
import { testAccount } from './test-account';

/** The local gateway in this process, with clients for its services, and its logs. */
export interface TestGateway extends GatewayEffects {
  readonly gateway: LocalGateway;
  readonly baseUrl: string;
  readonly webhooks: LocalGateway['state']['webhooks'];
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
  /** The logs of the functions and the HTTP API, in one text. */
  logText(): string;
  /** Its JSON lines, parsed. */
  logs(): readonly Readonly<Record<string, unknown>>[];
  clearLogs(): void;
  /** What functions have published to topics. */
  readonly notices: readonly PublishedNotice[];
  close(): Promise<void>;
}

export const startTestGateway = async (options: Partial<LocalGatewayOptions> = {}): Promise<TestGateway> => {
  const chunks: string[] = [];
  const notices: PublishedNotice[] = [];
  const gateway = await startLocalGateway({
    port: 0,
    assemble: devAssembly,
    account: testAccount,
    onLog: (text) => chunks.push(text),
    onNotice: (notice) => notices.push(notice),
    ...options,
  });
  const { state } = gateway;
  const client = (endpoint: string) => ({
    endpoint,
    region: localRegion,
    credentials: localCredentials,
    maxAttempts: 1,
    // With one attempt, a kept connection that the service closes just as it is used again would fail a test on a busy
    // machine.
    requestHandler: { httpAgent: new Agent({ keepAlive: false }) },
  });
  const sqs = new SQSClient(client(state.endpoints.sqs));
  const dynamodb = new DynamoDBClient(client(state.endpoints.dynamodb));
  const secretsManager = new SecretsManagerClient(client(state.endpoints.secretsmanager));

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
    notices,
    clearLogs: () => void chunks.splice(0),
    ...gatewayEffects({
      sqs,
      dynamodb,
      tableName: state.tableName,
      eventQueueUrl: state.queues.events,
    }),
    close: async () => {
      for (const sdk of [sqs, dynamodb, secretsManager]) sdk.destroy();
      await gateway.close();
    },
  };
};
