import type { AppStack } from '../../../../local/app/cloud-assembly';
import { gatewayTemplate } from '../../../../local/app/gateway-template';
import { chooseGateway, findGateways } from '../../../../local/app/gateways';
import { notEmulatedLines } from '../../../../local/app/not-emulated';
import type { TemplateResource } from '../../../../local/template/template';
import { appStack, gatewayOutputs, gatewayResources, gatewayStack, resource } from './app-stack';

/** The template of the gateway in the first stack. */
const templateOf = (...stacks: readonly AppStack[]) => {
  const gateways = findGateways(stacks);
  return gatewayTemplate(stacks, chooseGateway(gateways, { stack: stacks[0]?.name }, 'dev'), gateways);
};

const ownIds = ['Queue', 'Dead', 'Table', 'Topic', 'Consumer', 'Api'];

const handler = (stack: string, variables: Readonly<Record<string, unknown>>): TemplateResource =>
  resource('AWS::Lambda::Function', `${stack}/Default/Events/Replies/Function/Resource`, {
    Code: { ZipFile: 'exports.handler = () => {};' },
    Runtime: 'nodejs24.x',
    Environment: { Variables: variables },
  });

const variablesOf = (found: TemplateResource | undefined): unknown =>
  (found?.Properties?.['Environment'] as { readonly Variables?: unknown } | undefined)?.Variables;

test('a gateway alone keeps its ids, and what has no effect on a laptop is left out', () => {
  const { template, code, others } = templateOf(gatewayStack('Own'));
  expect(Object.keys(template.Resources)).toEqual(ownIds);
  expect(template.Optional).toEqual([]);
  expect(template.NotEmulated).toEqual({ Role: { Type: 'AWS::IAM::Role' } });
  expect(template.Outputs?.['EventQueueUrl']).toEqual({ Value: { Ref: 'Queue' } });
  expect([...code]).toEqual([['Consumer', { directory: '/assembly/Own/asset.consumer', hash: expect.any(String) }]]);
  expect(others).toEqual([]);
});

test('what the gateway needs of other stacks comes with it, and an id that is taken gets the name of its stack', () => {
  const data = appStack(
    'Data-1',
    {
      Table: resource('AWS::DynamoDB::Table', 'Data/Table/Resource', { KeySchema: [] }),
      Queue: resource('AWS::SQS::Queue', 'Data/Queue/Resource', {
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
      }),
      Dead: resource('AWS::SQS::Queue', 'Data/Dead/Resource'),
      Unused: resource('AWS::SQS::Queue', 'Data/Unused/Resource'),
    },
    {
      Outputs: {
        Orders: { Value: { Ref: 'Table' }, Export: { Name: 'Data:Orders' } },
        QueueArn: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
      },
    },
  );
  const variables = {
    ORDERS: { 'Fn::ImportValue': 'Data:Orders' },
    QUEUE: { 'Fn::GetStackOutput': { StackName: 'Data-1', OutputName: 'QueueArn' } },
    OTHER: { 'Fn::ImportValue': 'of another app' },
    TEXT: { 'Fn::Sub': ['${Queue.Arn} ${given} ${!Queue} ${AWS::Region} ${Level}', { given: { Ref: 'Table' } }] },
    LEVEL: { Ref: 'Level' },
    SIZE: { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'size'] },
  };
  const own = gatewayStack('Own', { own: { Handler: handler('Own', variables) } });
  const template = {
    ...own.template,
    Parameters: { Level: { Default: 'info' } },
    Mappings: { Sizes: { 'us-east-1': { size: 'large' } } },
  };
  const result = templateOf({ ...own, template }, data);
  const { Resources, Optional } = result.template;
  expect(Object.keys(Resources)).toEqual([...ownIds, 'Handler', 'Data1Table', 'Data1Queue', 'Data1Dead']);
  expect(Optional).toEqual([]);
  expect(variablesOf(Resources['Handler'])).toEqual({
    ORDERS: { Ref: 'Data1Table' },
    QUEUE: { 'Fn::GetAtt': ['Data1Queue', 'Arn'] },
    OTHER: 'of another app',
    TEXT: { 'Fn::Sub': ['${Queue.Arn} ${given} ${!Queue} ${AWS::Region} info', { given: { Ref: 'Table' } }] },
    LEVEL: 'info',
    SIZE: 'large',
  });
  expect(Resources['Data1Queue']?.Properties?.['RedrivePolicy']).toEqual({
    deadLetterTargetArn: { 'Fn::GetAtt': ['Data1Dead', 'Arn'] },
  });
  expect(result.stacks).toEqual(['Own', 'Data-1']);
  expect(result.others.map(({ path }) => path)).toEqual(['Data/Unused/Resource']);
});

test('a subscription of the topic comes with its queue and its function, but nobody needs it', () => {
  const user = appStack('User', {
    Subscription: resource('AWS::SNS::Subscription', 'User/Queue/Subscription/Resource', {
      TopicArn: { 'Fn::ImportValue': 'Own:Topic' },
      Endpoint: { 'Fn::GetAtt': ['Mine', 'Arn'] },
    }),
    Mine: resource('AWS::SQS::Queue', 'User/Queue/Resource'),
    Mapping: resource('AWS::Lambda::EventSourceMapping', 'User/Function/Mapping/Resource', {
      EventSourceArn: { 'Fn::GetAtt': ['Mine', 'Arn'] },
      FunctionName: { Ref: 'Function' },
    }),
    Function: resource('AWS::Lambda::Function', 'User/Function/Resource', { Code: { ZipFile: '' } }),
    Policy: resource('AWS::SQS::QueuePolicy', 'User/Queue/Policy/Resource'),
    Alone: resource('AWS::Lambda::Function', 'User/Alone/Resource', { Code: { ZipFile: '' } }),
  });
  const own = gatewayStack('Own');
  const Outputs = { ...own.template.Outputs, Topic: { Value: { Ref: 'Topic' }, Export: { Name: 'Own:Topic' } } };
  const result = templateOf({ ...own, template: { ...own.template, Outputs } }, user);
  expect(new Set(result.template.Optional)).toEqual(new Set(['Subscription', 'Mine', 'Mapping', 'Function']));
  expect(result.others.map(({ logicalId }) => logicalId)).toEqual(['Alone']);
});

test('of several gateways that share a table, only the chosen one runs', () => {
  const shared = appStack(
    'Shared',
    { Common: resource('AWS::DynamoDB::Table', 'Shared/Common/Resource', { TableName: 'common' }) },
    { Outputs: { Common: { Value: { Ref: 'Common' }, Export: { Name: 'Common' } } } },
  );
  const user = (stack: string, id: string): TemplateResource =>
    resource('AWS::Lambda::Function', `${stack}/${id}/Publisher/Function/Resource`, {
      Environment: { Variables: { TABLE_NAME: { 'Fn::ImportValue': 'Common' } } },
    });
  const sales = gatewayStack('Sales', { id: 'A', own: { SalesPublisher: user('Sales', 'A') } });
  const support = gatewayStack('Support', { id: 'B', own: { SupportPublisher: user('Support', 'B') } });
  const { template, others } = templateOf(sales, support, shared);
  expect(Object.keys(template.Resources)).toEqual([...ownIds.map((id) => `A${id}`), 'SalesPublisher', 'Common']);
  expect(template.Optional).toEqual([]);
  expect(others).toEqual([]);
});

describe('an existing table', () => {
  const withTable = (TableName: unknown, EventSourceArn: unknown) => {
    const rest = Object.fromEntries(Object.entries(gatewayResources('Own')).filter(([id]) => id !== 'Table'));
    const mapping = resource('AWS::Lambda::EventSourceMapping', 'Own/Default/Publisher/Mapping/Resource', {
      EventSourceArn,
    });
    const Outputs = { ...gatewayOutputs(), TableName: { Value: TableName } };
    return appStack('Own', { ...rest, Mapping: mapping }, { Outputs });
  };
  const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/messages/stream/2026-01-01T00:00:00.000';

  test('that is in no template of the app gets the keys and the index of the gateway, and a stream if it is read', () => {
    const { template } = templateOf(withTable('messages', arn));
    expect(template.Resources['ImportedTable']).toMatchObject({
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'messages',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [{ IndexName: 'byAccountDay' }, { IndexName: 'byConversation' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    });
    expect(template.Resources['Mapping']?.Properties?.['EventSourceArn']).toEqual({
      'Fn::GetAtt': ['ImportedTable', 'StreamArn'],
    });
    const unread = templateOf(withTable('messages', 'arn:aws:sqs:us-east-1:111122223333:other'));
    expect(unread.template.Resources['ImportedTable']?.Properties).not.toHaveProperty('StreamSpecification');
  });

  test('that another stack of the app has by this name is that table', () => {
    const data = appStack('Data', {
      Messages: resource('AWS::DynamoDB::GlobalTable', 'Data/Messages/Resource', {
        TableName: 'messages',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        GlobalSecondaryIndexes: [
          { IndexName: 'i', KeySchema: [], Projection: {}, ReadProvisionedThroughputSettings: {} },
        ],
        BillingMode: 'PROVISIONED',
        Replicas: [{ Region: 'us-east-1' }],
      }),
    });
    const { template } = templateOf(withTable('messages', arn), data);
    expect(template.Resources).not.toHaveProperty('ImportedTable');
    expect(template.Resources['Messages']).toEqual({
      Type: 'AWS::DynamoDB::Table',
      Metadata: { 'aws:cdk:path': 'Data/Messages/Resource' },
      Properties: {
        TableName: 'messages',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        GlobalSecondaryIndexes: [{ IndexName: 'i', KeySchema: [], Projection: {} }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    });
  });
});

describe('APIs of the app', () => {
  const api = (id: string, ProtocolType: string) => ({
    [id]: resource('AWS::ApiGatewayV2::Api', `Own/${id}/Resource`, { ProtocolType }),
    [`${id}Integration`]: resource('AWS::ApiGatewayV2::Integration', `Own/${id}/Integration/Resource`, {
      ApiId: { Ref: id },
      IntegrationUri: { 'Fn::GetAtt': [`${id}Function`, 'Arn'] },
    }),
    [`${id}Function`]: resource('AWS::Lambda::Function', `Own/${id}Function/Resource`, {
      Environment: { Variables: { TABLE: { Ref: 'Table' }, URL: { 'Fn::GetAtt': [id, 'ApiEndpoint'] } } },
    }),
  });

  test('another HTTP API does not run, but a function that uses the gateway does', () => {
    const { template, others } = templateOf(gatewayStack('Own', { own: api('Shop', 'HTTP') }));
    expect(template.Optional).toEqual(['ShopFunction']);
    expect(others.map(({ logicalId }) => logicalId)).toEqual(['Shop', 'ShopIntegration']);
    expect(template.NotEmulated).toHaveProperty('Shop');
  });

  test('the first WebSocket API whose functions use the gateway runs', () => {
    const own = { ...api('Voice', 'WEBSOCKET'), ...api('Other', 'WEBSOCKET') };
    const { template, others } = templateOf(gatewayStack('Own', { own }));
    expect(new Set(template.Optional)).toEqual(
      new Set(['VoiceFunction', 'VoiceIntegration', 'Voice', 'OtherFunction']),
    );
    expect(others.map(({ logicalId }) => logicalId)).toEqual(['Other', 'OtherIntegration']);
  });
});

test('what does not run is named in two short lines', () => {
  const paths = ['A', 'B', 'B/Inner', 'C', 'D', 'E', 'F', 'Custom::Provider/Handler'];
  const buckets = paths.map(
    (path) => [path.replace(/\W/g, ''), resource('AWS::S3::Bucket', `Own/${path}/Resource`)] as const,
  );
  const own = { ...Object.fromEntries(buckets), Handler: handler('Own', { BUCKET: { Ref: 'A' } }) };
  const result = templateOf(gatewayStack('Own', { own }));
  expect(notEmulatedLines(result)).toEqual([
    'not emulated, although a function of the gateway knows its name: Own/A (AWS::S3::Bucket)',
    'not emulated: Own/B (AWS::S3::Bucket), Own/C (AWS::S3::Bucket), Own/D (AWS::S3::Bucket), ' +
      'Own/E (AWS::S3::Bucket) and 1 more',
  ]);
  expect(notEmulatedLines(templateOf(gatewayStack('Own')))).toEqual([]);
});
