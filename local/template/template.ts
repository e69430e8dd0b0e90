/** The parts of a CloudFormation template that the local gateway reads. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export class UnsupportedTemplateError extends Error {
  override readonly name = 'UnsupportedTemplateError';
}

/** Resource types that the gateway serves; `resources/` reads their properties. */
const served = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
] as const;
export type ServedType = (typeof served)[number];

/** Resource types without effect locally, and why. Any other type is an error, so that none is ignored silently. */
const ignored: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::ApiMapping': 'the gateway is called at its own address',
  'AWS::ApiGatewayV2::DomainName': 'the gateway is called at its own address',
  'AWS::CDK::Metadata': 'usage data of the CDK',
  'AWS::CloudWatch::Alarm': 'there is no CloudWatch; the function logs contain the metrics',
  'AWS::CloudWatch::Dashboard': 'there is no CloudWatch',
  'AWS::IAM::Policy': 'nothing is authorized locally',
  'AWS::IAM::Role': 'nothing is authorized locally',
  'AWS::KMS::Alias': 'nothing is encrypted locally',
  'AWS::KMS::Key': 'nothing is encrypted locally',
  'AWS::Lambda::Permission': 'nothing is authorized locally',
  'AWS::Logs::LogGroup': 'logs go to the terminal',
  'AWS::Logs::MetricFilter': 'there is no CloudWatch',
  'AWS::Route53::RecordSet': 'the gateway is called at its own address',
  'AWS::SecretsManager::ResourcePolicy': 'nothing is authorized locally',
  'AWS::SNS::TopicPolicy': 'nothing is authorized locally',
  'AWS::SQS::QueuePolicy': 'nothing is authorized locally',
};

/** @throws UnsupportedTemplateError naming every resource that is not supported */
export const checkResources = (template: Template): void => {
  const unknown = Object.entries(template.Resources).filter(
    ([, { Type, Condition }]) => ignored[Type] === undefined && (!isServed(Type) || Condition !== undefined),
  );
  if (unknown.length === 0) return;
  const list = unknown.map(([id, { Type, Condition }]) =>
    Condition === undefined ? `${id} (${Type})` : `${id} (${Type}, conditional on ${Condition})`,
  );
  throw new UnsupportedTemplateError(`The local gateway cannot run these resources: ${list.join(', ')}.`);
};

const isServed = (type: string): type is ServedType => served.some((known) => known === type);

export const resourcesOfType = (template: Template, type: ServedType): [string, Readonly<Record<string, unknown>>][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => [logicalId, resource.Properties ?? {}]);
