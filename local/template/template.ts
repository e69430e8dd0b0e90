/** A CloudFormation template as far as the local gateway looks into it. */
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

/** Types that the gateway serves: each has a file of its own that reads the properties. */
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
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
] as const;
export type ServedType = (typeof served)[number];

/** Types that mean nothing on a laptop, and why. Everything else is an error, so that nothing is skipped in silence. */
const inert: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::ApiMapping': 'the gateway is called by its own address',
  'AWS::ApiGatewayV2::DomainName': 'the gateway is called by its own address',
  'AWS::CDK::Metadata': 'usage data of the CDK',
  'AWS::CloudWatch::Alarm': 'there is no CloudWatch; the metrics stand in the function logs',
  'AWS::CloudWatch::Dashboard': 'there is no CloudWatch',
  'AWS::IAM::Policy': 'nothing is authorised on a laptop',
  'AWS::IAM::Role': 'nothing is authorised on a laptop',
  'AWS::KMS::Alias': 'nothing is encrypted on a laptop',
  'AWS::KMS::Key': 'nothing is encrypted on a laptop',
  'AWS::Lambda::Permission': 'nothing is authorised on a laptop',
  'AWS::Logs::LogGroup': 'logs go to the terminal',
  'AWS::Logs::MetricFilter': 'there is no CloudWatch',
  'AWS::Route53::RecordSet': 'the gateway is called by its own address',
  'AWS::SecretsManager::ResourcePolicy': 'nothing is authorised on a laptop',
  'AWS::SNS::Subscription': 'no mail leaves a laptop; notices are printed',
  'AWS::SNS::TopicPolicy': 'nothing is authorised on a laptop',
  'AWS::SQS::QueuePolicy': 'nothing is authorised on a laptop',
};

/** @throws UnsupportedTemplateError naming every resource the gateway knows nothing about */
export const checkResources = (template: Template): void => {
  const unknown = Object.entries(template.Resources).filter(
    ([, { Type, Condition }]) => inert[Type] === undefined && (!isServed(Type) || Condition !== undefined),
  );
  if (unknown.length === 0) return;
  const list = unknown.map(([id, { Type, Condition }]) =>
    Condition === undefined ? `${id} (${Type})` : `${id} (${Type}, conditional on ${Condition})`,
  );
  throw new UnsupportedTemplateError(`The local gateway cannot run these resources: ${list.join(', ')}.`);
};

const isServed = (type: string): type is ServedType => served.some((known) => known === type);

export const resourcesOfType = (
  template: Template,
  type: ServedType,
): [string, Readonly<Record<string, unknown>>][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => [logicalId, resource.Properties ?? {}]);
