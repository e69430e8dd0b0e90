/** The parts of a CloudFormation template that the local gateway reads. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  /**
   * Logical ids of resources that the gateway does not need. If one of them is not supported, it is left out: that is
   * not an error.
   */
  readonly Optional?: readonly string[];
  /** Resources that do not run locally. Functions get their names, but calls to them fail. */
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
  /** The logical id of the unsupported resource; undefined if the error is not about a resource. */
  resource: string | undefined;

  /** @param hint how to fix the error if the gateway needs the resource */
  constructor(
    readonly reason: string,
    readonly hint = '',
  ) {
    super(hint === '' ? reason : `${reason} ${hint}`);
  }
}

/** Resource types that the local gateway supports; `resources/` reads their properties. */
const supportedTypes = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
] as const;
export type SupportedType = (typeof supportedTypes)[number];

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
  const unsupported = Object.entries(template.Resources).filter(
    ([, { Type, Condition }]) => ignored[Type] === undefined && (!isSupported(Type) || Condition !== undefined),
  );
  if (unsupported.length === 0) return;
  const optional = unsupported.find(([id]) => template.Optional?.includes(id));
  const list = (optional === undefined ? unsupported : [optional]).map(([id, { Type, Condition }]) =>
    Condition === undefined ? `${id} (${Type})` : `${id} (${Type}, conditional on ${Condition})`,
  );
  const error = new UnsupportedTemplateError(`The local gateway cannot run these resources: ${list.join(', ')}.`);
  error.resource = optional?.[0];
  throw error;
};

export const isSupported = (type: string): type is SupportedType =>
  supportedTypes.some((supported) => supported === type);

/** Replaces the logical id in an error with the path of the resource's construct, if the template has that path. */
export const withConstructPath = (error: unknown, template: Template): unknown => {
  if (!(error instanceof UnsupportedTemplateError) || error.resource === undefined) return error;
  const { resource, reason, hint } = error;
  const path = template.Resources[resource]?.Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return error;
  const named = new UnsupportedTemplateError(reason.replaceAll(resource, path.replace(/\/Resource$/, '')), hint);
  named.resource = resource;
  return named;
};

/** Whether a resource only connects other resources, and so has no effect without one of them. */
const isConnection = ({ Type }: TemplateResource): boolean =>
  ['AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping', 'AWS::SNS::Subscription'].includes(Type) ||
  Type.startsWith('AWS::ApiGatewayV2::');

/**
 * The template without the optional resource that an error is about, and without the resources that connect it to
 * others; undefined for any other error.
 */
export const withoutUnsupported = (template: Template, error: unknown): Template | undefined => {
  if (!(error instanceof UnsupportedTemplateError) || error.resource === undefined) return undefined;
  const id = error.resource;
  const removed = template.Resources[id];
  if (removed === undefined || template.Optional?.includes(id) !== true) return undefined;
  const isKept = ([other, resource]: readonly [string, TemplateResource]): boolean =>
    other !== id &&
    !(
      template.Optional?.includes(other) === true &&
      isConnection(resource) &&
      JSON.stringify(resource.Properties ?? {}).includes(`"${id}"`)
    );
  return {
    ...template,
    Resources: Object.fromEntries(Object.entries(template.Resources).filter(isKept)),
    NotEmulated: { ...template.NotEmulated, [id]: { Type: removed.Type } },
    LeftOut: [...(template.LeftOut ?? []), error.reason],
  };
};

/** Whether resources of a type have no effect locally. */
export const isIgnored = (type: string): boolean => ignored[type] !== undefined;

export const resourcesOfType = (
  template: Template,
  type: SupportedType,
): [string, Readonly<Record<string, unknown>>][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => [logicalId, resource.Properties ?? {}]);

/**
 * Reads each resource of a type.
 * @throws UnsupportedTemplateError that names the resource, if `read` does not support it
 */
export const readResources = <Definition>(
  template: Template,
  type: SupportedType,
  read: (logicalId: string, properties: Readonly<Record<string, unknown>>) => Definition,
): Definition[] =>
  resourcesOfType(template, type).map(([logicalId, properties]) =>
    readResource(logicalId, () => read(logicalId, properties)),
  );

/** Adds the resource to an UnsupportedTemplateError that `read` throws. */
export const readResource = <Definition>(logicalId: string, read: () => Definition): Definition => {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnsupportedTemplateError) error.resource ??= logicalId;
    throw error;
  }
};
