import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createSdkClient, unusedMiddleware } from '../../../lambda/aws/sdk/client';
import { credentials } from './service';

const saved = { ...process.env };
const seen: string[] = [];
/** Sends nothing. */
const requestHandler = {
  handle: ({ protocol, hostname, port }: { readonly protocol: string; hostname: string; port?: number }) => {
    seen.push(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
    return Promise.reject(new Error('Enough was seen.'));
  },
};
const config = { region: 'eu-west-1', credentials, requestHandler };
const bounds = { requestTimeoutMs: 100, maxAttempts: 1 };
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/events';

const send = {
  DynamoDB: () => createSdkClient(DynamoDBClient, bounds, config).send(new GetItemCommand({ TableName: 't', Key: {} })),
  'Secrets Manager': () =>
    createSdkClient(SecretsManagerClient, bounds, config).send(new GetSecretValueCommand({ SecretId: 's' })),
  SNS: () => createSdkClient(SNSClient, bounds, config).send(new PublishCommand({ TopicArn: 't', Message: 'm' })),
  EventBridge: () => createSdkClient(EventBridgeClient, bounds, config).send(new PutEventsCommand({ Entries: [] })),
  SQS: () =>
    createSdkClient(SQSClient, { ...bounds, endpoint: new URL(queueUrl).origin }, config).send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{}' }),
    ),
};

beforeEach(() => {
  seen.length = 0;
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
});
afterEach(() => {
  process.env = { ...saved };
});

const local = 'http://127.0.0.1:4566';
test.each<[keyof typeof send, Readonly<Record<string, string>>, string]>([
  ['DynamoDB', {}, 'https://dynamodb.eu-west-1.amazonaws.com'],
  ['DynamoDB', { AWS_ENDPOINT_URL: local }, local],
  ['DynamoDB', { AWS_ENDPOINT_URL: 'http://other', AWS_ENDPOINT_URL_DYNAMODB: local }, local],
  [
    'DynamoDB',
    { AWS_ENDPOINT_URL: local, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    'https://dynamodb.eu-west-1.amazonaws.com',
  ],
  ['DynamoDB', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://dynamodb-fips.eu-west-1.amazonaws.com'],
  ['DynamoDB', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'https://dynamodb.eu-west-1.api.aws'],
  ['Secrets Manager', {}, 'https://secretsmanager.eu-west-1.amazonaws.com'],
  ['Secrets Manager', { AWS_ENDPOINT_URL_SECRETS_MANAGER: local }, local],
  ['Secrets Manager', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://secretsmanager-fips.eu-west-1.amazonaws.com'],
  ['SNS', {}, 'https://sns.eu-west-1.amazonaws.com'],
  ['SNS', { AWS_ENDPOINT_URL_SNS: local }, local],
  ['SNS', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'https://sns.eu-west-1.api.aws'],
  ['EventBridge', {}, 'https://events.eu-west-1.amazonaws.com'],
  ['EventBridge', { AWS_ENDPOINT_URL_EVENTBRIDGE: local }, local],
  ['EventBridge', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://events-fips.eu-west-1.amazonaws.com'],
  // The queue's URL decides, as in the SDK's own client.
  ['SQS', {}, 'https://sqs.eu-west-1.amazonaws.com'],
  ['SQS', { AWS_ENDPOINT_URL: local }, 'https://sqs.eu-west-1.amazonaws.com'],
  ['SQS', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://sqs.eu-west-1.amazonaws.com'],
])('a call of %s with %j goes to %s', async (service, environment, expected) => {
  Object.assign(process.env, environment);
  await expect(send[service]()).rejects.toThrow('Enough was seen.');
  expect(seen).toEqual([expected]);
});

test('a call of a region elsewhere goes to the domain of its partition', async () => {
  const china = createSdkClient(DynamoDBClient, bounds, { ...config, region: 'cn-north-1' });
  await expect(china.send(new GetItemCommand({ TableName: 't', Key: {} }))).rejects.toThrow('Enough was seen.');
  expect(seen).toEqual(['https://dynamodb.cn-north-1.amazonaws.com.cn']);
});

test('an endpoint is resolved once for an operation', async () => {
  const endpointProvider = jest.fn(() => ({ url: new URL(local) }));
  const client = createSdkClient(DynamoDBClient, bounds, { ...config, endpointProvider });
  for (let call = 0; call < 3; call += 1) {
    await expect(client.send(new GetItemCommand({ TableName: 't', Key: {} }))).rejects.toThrow('Enough was seen.');
  }
  expect(seen).toEqual([local, local, local]);
  expect(endpointProvider).toHaveBeenCalledTimes(1);
});

test('an endpoint that says how requests are signed is asked in each call', async () => {
  const signed: string[] = [];
  const handler = {
    handle: ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => {
      signed.push(/Credential=([^,]*)/.exec(headers['authorization'] ?? '')?.[1] ?? '');
      return Promise.reject(new Error('Enough was seen.'));
    },
  };
  const authSchemes = [{ name: 'sigv4', signingName: 'other', signingRegion: 'eu-north-1', properties: {} }];
  const endpointProvider = () => ({ url: new URL(local), properties: { authSchemes } });
  const client = createSdkClient(DynamoDBClient, bounds, { ...config, requestHandler: handler, endpointProvider });
  for (let call = 0; call < 2; call += 1) {
    await expect(client.send(new GetItemCommand({ TableName: 't', Key: {} }))).rejects.toThrow('Enough was seen.');
  }
  expect(signed).toEqual(signed.map(() => expect.stringMatching(/\/eu-north-1\/other\/aws4_request$/) as string));
  expect(signed).toHaveLength(2);
});

const clients = {
  DynamoDB: () => [new DynamoDBClient(config), createSdkClient(DynamoDBClient, bounds, config)],
  'Secrets Manager': () => [new SecretsManagerClient(config), createSdkClient(SecretsManagerClient, bounds, config)],
  SNS: () => [new SNSClient(config), createSdkClient(SNSClient, bounds, config)],
  EventBridge: () => [new EventBridgeClient(config), createSdkClient(EventBridgeClient, bounds, config)],
  SQS: () => [new SQSClient(config), createSdkClient(SQSClient, bounds, config)],
} satisfies Record<string, () => readonly { readonly middlewareStack: { remove(name: string): boolean } }[]>;

// An update of the SDK may name them otherwise.
describe.each(Object.entries(clients))('the client of %s', (_, create) => {
  const has = (name: string) => create().map(({ middlewareStack }) => middlewareStack.remove(name));

  test.each(unusedMiddleware)('is without %s of the SDK', (name) => {
    expect(has(name)).toEqual([true, false]);
  });

  test.each(['retryMiddleware', 'httpSigningMiddleware', 'recursionDetectionMiddleware'])('keeps %s', (name) => {
    expect(has(name)).toEqual([true, true]);
  });
});
