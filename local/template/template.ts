/** The parts of a CloudFormation template that the local gateway reads. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  /**
   * Logical ids of resources that the gateway can do without: one that is not supported is left out instead of being
   * an error.
   */
  readonly Optional?: readonly string[];
  /** Resources that exist by their names only: what a function does with them fails. */
  readonly NotEmulated?: Readonly<Record<string, Pick<TemplateResource, 'Type'>>>;
  /** Why optional resources were left out. */
  readonly LeftOut?: readonly string[];
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

export class UnsupportedTemplateError extends Error {
  override readonly name = 'UnsupportedTemplateError';
  /** The logical id of the resource that is not supported, where it is one. */
  resource: string | undefined;

  /** @param hint what to do about it, where the gateway needs the resource */
  constructor(
    readonly reason: string,
    readonly hint = '',
  ) {
    super(hint === '' ? reason : `${reason} ${hint}`);
  }
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
  const optional = unknown.find(([id]) => template.Optional?.includes(id));
  const list = (optional === undefined ? unknown : [optional]).map(([id, { Type, Condition }]) =>
    Condition === undefined ? `${id} (${Type})` : `${id} (${Type}, conditional on ${Condition})`,
  );
  const error = new UnsupportedTemplateError(`The local gateway cannot run these resources: ${list.join(', ')}.`);
  error.resource = optional?.[0];
  throw error;
};

export const isServed = (type: string): type is ServedType => served.some((known) => known === type);

/** The error with the path of the resource's construct instead of its logical id, where the template has one. */
export const withConstructPath = (error: unknown, template: Template): unknown => {
  if (!(error instanceof UnsupportedTemplateError) || error.resource === undefined) return error;
  const { resource, reason, hint } = error;
  const path = template.Resources[resource]?.Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return error;
  const named = new UnsupportedTemplateError(reason.replaceAll(resource, path.replace(/\/Resource$/, '')), hint);
  named.resource = resource;
  return named;
};

/** The template without the optional resource that an error is about; undefined for any other error. */
export const withoutUnsupported = (template: Template, error: unknown): Template | undefined => {
  if (!(error instanceof UnsupportedTemplateError) || error.resource === undefined) return undefined;
  const id = error.resource;
  const left = template.Resources[id];
  if (left === undefined || template.Optional?.includes(id) !== true) return undefined;
  return {
    ...template,
    Resources: Object.fromEntries(Object.entries(template.Resources).filter(([other]) => other !== id)),
    NotEmulated: { ...template.NotEmulated, [id]: { Type: left.Type } },
    LeftOut: [...(template.LeftOut ?? []), error.reason],
  };
};

/** Whether nothing has to be done locally for resources of a type. */
export const isIgnored = (type: string): boolean => ignored[type] !== undefined;

export const resourcesOfType = (template: Template, type: ServedType): [string, Readonly<Record<string, unknown>>][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => [logicalId, resource.Properties ?? {}]);

/**
 * Reads each resource of a type.
 * @throws UnsupportedTemplateError that names the resource, for one that `read` does not support
 */
export const readResources = <Definition>(
  template: Template,
  type: ServedType,
  read: (logicalId: string, properties: Readonly<Record<string, unknown>>) => Definition,
): Definition[] =>
  resourcesOfType(template, type).map(([logicalId, properties]) =>
    readResource(logicalId, () => read(logicalId, properties)),
  );

/** Names the resource in an UnsupportedTemplateError of `read`. */
export const readResource = <Definition>(logicalId: string, read: () => Definition): Definition => {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnsupportedTemplateError) error.resource ??= logicalId;
    throw error;
  }
};
