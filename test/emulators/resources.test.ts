import { readApi } from '../../local/resources/api';
import { assetCode } from '../../local/resources/function-code';
import { readEventSources } from '../../local/resources/event-sources';
import { readFunctions } from '../../local/resources/functions';
import { readQueues } from '../../local/resources/queues';
import { readSecrets } from '../../local/resources/secrets';
import { readStreamSources } from '../../local/resources/stream-sources';
import { readTables, streamArn } from '../../local/resources/tables';
import { readTopics, topicArn } from '../../local/resources/topics';
import type { Resolve } from '../../local/template/intrinsics';
import { UnsupportedTemplateError, type Template } from '../../local/template/template';
import { devAssembly } from '../helpers/assembly';
import { fakeFunction } from '../unit/local/fake-function';

/** The properties here have no intrinsics. */
const resolve: Resolve = (value) => value;

const templateOf = (Type: string, Properties: Readonly<Record<string, unknown>>): Template => ({
  Resources: { Thing: { Type, Properties } },
});
const target = fakeFunction(() => Promise.resolve({ kind: 'ok', payload: null }));

describe('queues', () => {
  test('have the attributes of CreateQueue; dead-letter queues come first', () => {
    const redrivePolicy = { deadLetterTargetArn: 'arn:dead', maxReceiveCount: 5 };
    const queues: Template = {
      Resources: {
        Events: {
          Type: 'AWS::SQS::Queue',
          Properties: { VisibilityTimeout: 180, RedrivePolicy: redrivePolicy, SqsManagedSseEnabled: true },
        },
        Dead: {
          Type: 'AWS::SQS::Queue',
          Properties: { QueueName: 'dead', MessageRetentionPeriod: 1_209_600 },
        },
      },
    };
    expect(readQueues(queues, resolve)).toEqual([
      { name: 'dead', attributes: { MessageRetentionPeriod: '1209600' } },
      {
        name: 'Events',
        attributes: { VisibilityTimeout: '180', RedrivePolicy: JSON.stringify(redrivePolicy) },
      },
    ]);
  });
});

describe('secrets', () => {
  test('begin with the value that CloudFormation would generate', () => {
    const secrets = readSecrets(
      templateOf('AWS::SecretsManager::Secret', {
        GenerateSecretString: {
          SecretStringTemplate: '{"accountSid":"CHANGE_ME"}',
          GenerateStringKey: 'authToken',
        },
      }),
      resolve,
    );
    expect(secrets.map(({ logicalId }) => logicalId)).toEqual(['Thing']);
    expect(JSON.parse(secrets[0]?.initialValue ?? '')).toEqual({
      accountSid: 'CHANGE_ME',
      authToken: expect.stringMatching(/^\S{32}$/) as string,
    });
  });
});

describe('event sources', () => {
  const mapping = {
    EventSourceArn: 'arn:queue',
    FunctionName: target.name,
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 20 },
  };

  test('are read with batch size, concurrency and response type', () => {
    const template = templateOf('AWS::Lambda::EventSourceMapping', mapping);
    expect(readEventSources(template, resolve, [target])).toEqual([
      { queueArn: 'arn:queue', target, batchSize: 10, maximumConcurrency: 20, reportBatchItemFailures: true },
    ]);
  });

  test.each<[string, object, string]>([
    ['a function that the template does not have', { FunctionName: 'Other' }, 'does not name a function'],
    ['a batching window', { MaximumBatchingWindowInSeconds: 5 }, 'no batching window'],
    ['a filter', { FilterCriteria: {} }, 'Thing.FilterCriteria'],
  ])('rejects %s', (_what, change, message) => {
    const template = templateOf('AWS::Lambda::EventSourceMapping', { ...mapping, ...change });
    expect(() => readEventSources(template, resolve, [target])).toThrow(message);
  });
});

describe('the HTTP API', () => {
  const api = (changes: {
    readonly route?: object;
    readonly integration?: object;
    readonly stage?: object;
  }): Template => ({
    Resources: {
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'dev', ...changes.stage } },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { RouteKey: 'ANY /messages', Target: 'integrations/Integration', ...changes.route },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: `arn:aws:apigateway:path/functions/${target.arn}/invocations`,
          PayloadFormatVersion: '2.0',
          ...changes.integration,
        },
      },
    },
  });

  test('has its stage, routes, throttle and access log', () => {
    const settings = { ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 1000 };
    const definition = readApi(
      api({ stage: { DefaultRouteSettings: settings, AccessLogSettings: { Format: '$context.status' } } }),
      resolve,
      [target],
    );
    expect(definition).toEqual({
      stage: 'dev',
      routes: new Map([['ANY /messages', { target, timeoutMs: 30_000 }]]),
      throttle: { rateLimit: 2000, burstLimit: 1000 },
      accessLogFormat: '$context.status',
    });
  });

  test.each<[string, Parameters<typeof api>[0], string]>([
    ['a greedy route', { route: { RouteKey: 'ANY /{proxy+}' } }, 'only literal routes'],
    ['a default route', { route: { RouteKey: '$default' } }, 'only literal routes'],
    ['a route without an integration', { route: { Target: 'integrations/Other' } }, 'no known integration'],
    ['an authorizer', { route: { AuthorizerId: 'x' } }, 'Route.AuthorizerId'],
    ['another payload format', { integration: { PayloadFormatVersion: '1.0' } }, 'payload format 2.0'],
    [
      'an integration that does not call a function',
      { integration: { IntegrationUri: 'arn:other' } },
      'does not call a function',
    ],
    ['mapped parameters', { integration: { RequestParameters: {} } }, 'Integration.RequestParameters'],
    ['stage variables', { stage: { StageVariables: {} } }, 'Stage.StageVariables'],
  ])('rejects %s', (_what, changes, message) => {
    expect(() => readApi(api(changes), resolve, [target])).toThrow(UnsupportedTemplateError);
    expect(() => readApi(api(changes), resolve, [target])).toThrow(message);
  });

  test('rejects a template with two stages', () => {
    const twice: Template = {
      Resources: {
        A: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'a' } },
        B: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'b' } },
      },
    };
    expect(() => readApi(twice, resolve, [target])).toThrow('one HTTP API with one stage');
  });
});

describe('functions', () => {
  const { directory, template } = devAssembly();
  const ingress = Object.entries(template.Resources).find(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('Ingress'),
  );
  const properties = ingress?.[1].Properties ?? {};
  const read = (changes: Readonly<Record<string, unknown>>, Metadata = ingress?.[1].Metadata ?? {}) => {
    const Properties = { ...properties, Environment: { Variables: { A: '1', B: '2' } }, ...changes };
    const changed: Template = { Resources: { Thing: { Type: 'AWS::Lambda::Function', Properties, Metadata } } };
    return readFunctions(changed, resolve, assetCode(directory, changed), { B: 'service' });
  };

  test('run the bundle of the assembly, with the variables of Lambda, the template and the services', () => {
    const [configuration] = read({ Timeout: 7, MemorySize: 512 });
    expect(configuration).toMatchObject({
      name: 'Thing',
      timeoutMs: 7000,
      memoryMb: 512,
      exportName: 'handler',
      environment: { A: '1', B: 'service', AWS_LAMBDA_FUNCTION_NAME: 'Thing', TZ: 'UTC' },
    });
    expect(configuration?.modulePath.startsWith(directory)).toBe(true);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['another runtime', { Runtime: 'python3.13' }, 'Thing runs on python3.13'],
    ['a container image', { Runtime: undefined }, 'Thing runs on a container image'],
    ['layers', { Layers: [] }, 'Thing.Layers'],
  ])('rejects %s', (_what, changes, message) => {
    expect(() => read(changes)).toThrow(message);
  });

  test('rejects code that is not in the assembly', () => {
    expect(() => read({}, {})).toThrow('Thing has no bundle');
  });
});

test.each<[string, () => unknown]>([
  ['a queue', () => readQueues(templateOf('AWS::SQS::Queue', { Policy: {} }), resolve)],
  ['a secret', () => readSecrets(templateOf('AWS::SecretsManager::Secret', { SecretString: 'x' }), resolve)],
  ['a table', () => readTables(templateOf('AWS::DynamoDB::Table', { ReplicaSpecification: {} }), resolve)],
])('rejects a property of %s that it does not support', (_what, read) => {
  expect(read).toThrow(/does not support Thing\.(Policy|SecretString|ReplicaSpecification)/);
});

describe('table streams, FIFO queues and FIFO topics', () => {
  const template: Template = {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        },
      },
      Source: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: streamArn('Table'),
          FunctionName: target.name,
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 50,
          BisectBatchOnFunctionError: true,
          MaximumRetryAttempts: 3,
          DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:Failures' } },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: true } },
      Mail: {
        Type: 'AWS::SNS::Subscription',
        Properties: { Protocol: 'email', TopicArn: topicArn('Topic', true), Endpoint: 'a@example.com' },
      },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          Protocol: 'sqs',
          TopicArn: topicArn('Topic', true),
          Endpoint: 'arn:aws:sqs:us-east-1:000000000000:Queue.fifo',
          RawMessageDelivery: true,
        },
      },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, ContentBasedDeduplication: true } },
    },
  };
  const changed = (id: string, change: object): Template => ({
    Resources: {
      ...template.Resources,
      [id]: {
        Type: template.Resources[id]?.Type ?? '',
        Properties: { ...template.Resources[id]?.Properties, ...change },
      },
    },
  });

  test('are read from the template', () => {
    expect(readStreamSources(template, resolve, [target])).toEqual([
      {
        tableName: 'Table',
        streamArn: streamArn('Table'),
        tableKeys: ['pk'],
        target,
        batchSize: 50,
        bisectOnError: true,
        maximumRetries: 3,
        reportBatchItemFailures: true,
        onFailureQueueArn: 'arn:aws:sqs:us-east-1:000000000000:Failures',
      },
    ]);
    expect(readEventSources(template, resolve, [target])).toEqual([]);
    expect(readQueues(template, resolve)).toEqual([
      { name: 'Queue.fifo', attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' } },
    ]);
    expect(readTopics(template, resolve)).toMatchObject([
      {
        arn: topicArn('Topic', true),
        isFifo: true,
        subscriptions: [{ queueArn: 'arn:aws:sqs:us-east-1:000000000000:Queue.fifo', raw: true }],
      },
    ]);
  });

  test('ignore a subscription of a queue that exists in AWS, which would hold up every event', () => {
    const elsewhere = changed('Subscription', { Endpoint: 'arn:aws:sqs:eu-west-1:111122223333:audit.fifo' });
    expect(readTopics(elsewhere, resolve)).toMatchObject([{ arn: topicArn('Topic', true), subscriptions: [] }]);
  });

  test.each<[string, Template, string]>([
    ['a filter on stream records', changed('Source', { FilterCriteria: {} }), 'Source.FilterCriteria'],
    ['another starting position', changed('Source', { StartingPosition: 'AT_TIMESTAMP' }), 'StartingPosition'],
    ['a stream of another table', changed('Source', { EventSourceArn: streamArn('Other') }), 'the stream of a table'],
    [
      'two readers of one stream',
      { Resources: { ...template.Resources, Second: template.Resources['Source'] ?? { Type: '' } } },
      'one reader',
    ],
  ])('rejects %s', (_what, given, message) => {
    expect(() => readStreamSources(given, resolve, [target])).toThrow(message);
  });

  test('rejects a stream without images, and a filter policy on the body of messages', () => {
    const keysOnly = changed('Table', { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } });
    expect(() => readTables(keysOnly, resolve)).toThrow('streams of new and old images');
    const byBody = changed('Subscription', { FilterPolicyScope: 'MessageBody' });
    expect(() => readTopics(byBody, resolve)).toThrow('by message attributes only');
  });
});
