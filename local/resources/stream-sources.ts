import type { LocalFunction } from '../functions/function-pool';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf, type Properties } from '../template/properties';
import { readResources, resourcesOfType, UnsupportedTemplateError, type Template } from '../template/template';
import { streamArn, tableName } from './tables';

/** A function that reads the stream of a table. */
export interface StreamSourceDefinition {
  readonly tableName: string;
  readonly streamArn: string;
  readonly tableKeys: readonly string[];
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly bisectOnError: boolean;
  /** Undefined retries indefinitely. */
  readonly maximumRetries: number | undefined;
  readonly reportBatchItemFailures: boolean;
  /** The queue that receives a pointer to records that were given up. */
  readonly onFailureQueueArn: string | undefined;
}

/** Whether an event source mapping reads a stream, and not a queue. */
export const isStreamSource = (resolve: Resolve, properties: Readonly<Record<string, unknown>>): boolean =>
  String(resolve(properties['EventSourceArn'])).startsWith('arn:aws:dynamodb:');

/** The function of an event source mapping. */
export const functionOf = (
  logicalId: string,
  properties: Properties,
  functions: readonly LocalFunction[],
): LocalFunction => {
  const name = properties.text('FunctionName');
  const target = functions.find((candidate) => candidate.name === name || candidate.arn === name);
  if (target !== undefined) return target;
  throw new UnsupportedTemplateError(`${logicalId} does not name a function of the template.`);
};

export const readStreamSources = (
  template: Template,
  resolve: Resolve,
  functions: readonly LocalFunction[],
): StreamSourceDefinition[] => {
  const read = new Set<string>();
  return readResources(template, 'AWS::Lambda::EventSourceMapping', (logicalId, raw) => {
    if (!isStreamSource(resolve, raw)) return [];
    const definition = readStreamSource(logicalId, raw, template, resolve, functions);
    if (read.has(definition.tableName)) {
      throw new UnsupportedTemplateError(`${logicalId}: the local gateway has one reader for the stream of a table.`);
    }
    read.add(definition.tableName);
    return [definition];
  }).flat();
};

const readStreamSource = (
  logicalId: string,
  raw: Readonly<Record<string, unknown>>,
  template: Template,
  resolve: Resolve,
  functions: readonly LocalFunction[],
): StreamSourceDefinition => {
  const properties = propertiesOf(logicalId, resolve(raw));
  const target = functionOf(logicalId, properties, functions);
  const arn = properties.text('EventSourceArn');
  const tableId = streamedTableId(template, resolve, arn);
  if (tableId === undefined) {
    throw new UnsupportedTemplateError(`${logicalId} does not read the stream of a table of the template.`);
  }
  // Both positions are the beginning, because table and stream are created together.
  if (!['TRIM_HORIZON', 'LATEST'].includes(properties.text('StartingPosition'))) {
    throw new UnsupportedTemplateError(`${logicalId}: StartingPosition must be TRIM_HORIZON or LATEST.`);
  }
  const retries = properties.number('MaximumRetryAttempts', -1);
  const responseTypes = properties.value('FunctionResponseTypes');
  const onFailure = properties.object('DestinationConfig')['OnFailure'] as
    { readonly Destination?: string } | undefined;
  const definition = {
    tableName: tableName(template, resolve, tableId),
    streamArn: arn,
    tableKeys: keysOf(template, tableId),
    target,
    batchSize: Math.min(properties.number('BatchSize', 100), 1000),
    bisectOnError: properties.value('BisectBatchOnFunctionError') === true,
    maximumRetries: retries === -1 ? undefined : retries,
    reportBatchItemFailures: Array.isArray(responseTypes) && responseTypes.includes('ReportBatchItemFailures'),
    onFailureQueueArn: onFailure?.Destination,
  };
  properties.only(
    'Enabled',
    'MaximumRecordAgeInSeconds',
    'MaximumBatchingWindowInSeconds',
    'ParallelizationFactor',
    'Tags',
  );
  return definition;
};

/** The logical id of the table with this stream. */
const streamedTableId = (template: Template, resolve: Resolve, arn: string): string | undefined =>
  resourcesOfType(template, 'AWS::DynamoDB::Table').find(
    ([logicalId, { StreamSpecification }]) =>
      StreamSpecification !== undefined && streamArn(tableName(template, resolve, logicalId)) === arn,
  )?.[0];

const keysOf = (template: Template, tableId: string): readonly string[] => {
  // The shape is CloudFormation's, which validated it at synth.
  const schema = template.Resources[tableId]?.Properties?.['KeySchema'] as readonly {
    readonly AttributeName: string;
  }[];
  return schema.map(({ AttributeName }) => AttributeName);
};
