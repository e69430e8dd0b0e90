import { join } from 'node:path';
import { synthesizeStage } from '../lib/synthesize';
import type { Deployment } from './cost-model';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Reads the template of the `prod` stage. @throws Error for an unexpected resource, which would make a price wrong */
export const readDeployment = (scratch: string): Deployment => {
  const { template } = synthesizeStage('prod', join(scratch, 'assembly'));
  // The CDK wrote a CloudFormation template.
  const resources = Object.entries((template as { readonly Resources: Readonly<Record<string, Resource>> }).Resources);
  const only = (type: string, prefix = ''): Resource['Properties'] => {
    const found = resources.filter(([id, { Type }]) => Type === type && id.startsWith(prefix));
    const [first] = found;
    if (first === undefined || found.length > 1)
      throw new Error(`Expected one ${type} ${prefix}, found ${found.length}.`);
    return first[1].Properties;
  };
  const isRest = resources.some(([, { Type }]) => Type === 'AWS::ApiGateway::RestApi');
  const [ingress, consumer] = [only('AWS::Lambda::Function', 'Ingress'), only('AWS::Lambda::Function', 'Consumer')];
  if (!isRest && only('AWS::ApiGatewayV2::Api')['ProtocolType'] !== 'HTTP')
    throw new Error('The API is neither an HTTP API nor a REST API.');
  if (ingress['MemorySize'] !== consumer['MemorySize']) throw new Error('The functions differ in memory.');
  const indexes = (only('AWS::DynamoDB::Table')['GlobalSecondaryIndexes'] ?? []) as readonly {
    readonly Projection: { readonly ProjectionType: string };
  }[];
  if (indexes.some(({ Projection }) => Projection.ProjectionType !== 'KEYS_ONLY')) {
    throw new Error('An index contains more than keys.');
  }
  const tracing = ingress['TracingConfig'] as { readonly Mode?: string } | undefined;
  return {
    api: isRest ? 'rest' : 'http',
    architecture: (ingress['Architectures'] as readonly string[])[0] === 'arm64' ? 'arm64' : 'x86_64',
    memoryMb: Number(ingress['MemorySize']),
    batchSize: Number(only('AWS::Lambda::EventSourceMapping', 'Consumer')['BatchSize']),
    indexes: indexes.length,
    tracing: tracing?.Mode === 'Active',
  };
};
