import type { AppStack } from '../../../../local/app/cloud-assembly';
import type { Template, TemplateResource } from '../../../../local/template/template';

type Properties = Readonly<Record<string, unknown>>;

/** A resource whose construct has this path in its stack. */
export const resource = (Type: string, path: string, Properties: Properties = {}): TemplateResource => ({
  Type,
  Properties,
  Metadata: { 'aws:cdk:path': path },
});

export const appStack = (name: string, Resources: Template['Resources'], more: Partial<Template> = {}): AppStack => ({
  name,
  artifactId: name,
  displayName: name,
  directory: `/assembly/${name}`,
  template: { Resources, ...more },
});

/** What every gateway has: its queues, its table, its functions and its API, by ids with a prefix. */
export const gatewayResources = (stack: string, id = ''): Template['Resources'] => {
  const path = (name: string): string => `${stack}/${id === '' ? 'Default' : id}/${name}`;
  const code = { S3Key: `${'0'.repeat(64)}.zip` };
  return {
    [`${id}Queue`]: resource('AWS::SQS::Queue', path('EventQueue/Queue/Resource'), {
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [`${id}Dead`, 'Arn'] }, maxReceiveCount: 5 },
    }),
    [`${id}Dead`]: resource('AWS::SQS::Queue', path('EventQueue/DeadLetterQueue/Resource')),
    [`${id}Table`]: resource('AWS::DynamoDB::Table', path('EventTable/Table/Resource'), {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
    [`${id}Topic`]: resource('AWS::SNS::Topic', path('Events/EventTopic/Resource'), { FifoTopic: true }),
    [`${id}Role`]: resource('AWS::IAM::Role', path('Consumer/Role/Resource')),
    [`${id}Consumer`]: {
      ...resource('AWS::Lambda::Function', path('Consumer/Function/Resource'), {
        Code: code,
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        Environment: { Variables: { TABLE_NAME: { Ref: `${id}Table` } } },
      }),
      Metadata: { 'aws:cdk:path': path('Consumer/Function/Resource'), 'aws:asset:path': 'asset.consumer' },
    },
    [`${id}Api`]: resource('AWS::ApiGatewayV2::Api', path('FrontDoor/Api/Resource'), { ProtocolType: 'HTTP' }),
  };
};

export const gatewayOutputs = (id = '', stageName = 'prod'): Required<Template>['Outputs'] => ({
  [`${id}BaseUrl`]: { Value: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [`${id}Api`, 'ApiEndpoint'] }, `/${stageName}`]] } },
  [`${id}EventQueueUrl`]: { Value: { Ref: `${id}Queue` } },
  [`${id}DeadLetterQueueUrl`]: { Value: { Ref: `${id}Dead` } },
  [`${id}TableName`]: { Value: { Ref: `${id}Table` } },
  [`${id}StageName`]: { Value: stageName },
});

/** A stack with one gateway, and resources of its own. */
export const gatewayStack = (
  name: string,
  { id = '', stageName, own = {} }: { id?: string; stageName?: string; own?: Template['Resources'] } = {},
): AppStack => appStack(name, { ...gatewayResources(name, id), ...own }, { Outputs: gatewayOutputs(id, stageName) });
