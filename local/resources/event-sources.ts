import type { LocalFunction } from '../functions/function-pool';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { readResources, UnsupportedTemplateError, type Template } from '../template/template';
import { functionOf, isStreamSource } from './stream-sources';

export interface EventSourceDefinition {
  readonly queueArn: string;
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportBatchItemFailures: boolean;
}

/** Lambda starts with five concurrent batches. */
const defaultConcurrency = 5;

export const readEventSources = (
  template: Template,
  resolve: Resolve,
  functions: readonly LocalFunction[],
): EventSourceDefinition[] =>
  readResources(template, 'AWS::Lambda::EventSourceMapping', (logicalId, raw) => {
    if (isStreamSource(resolve, raw)) return [];
    const properties = propertiesOf(logicalId, resolve(raw));
    const target = functionOf(logicalId, properties, functions);
    const responseTypes = properties.value('FunctionResponseTypes');
    const concurrency = properties.object('ScalingConfig')['MaximumConcurrency'];
    const definition = {
      queueArn: properties.text('EventSourceArn'),
      target,
      batchSize: properties.number('BatchSize', 10),
      maximumConcurrency: typeof concurrency === 'number' ? concurrency : defaultConcurrency,
      reportBatchItemFailures: Array.isArray(responseTypes) && responseTypes.includes('ReportBatchItemFailures'),
    };
    if (properties.number('MaximumBatchingWindowInSeconds', 0) !== 0) {
      throw new UnsupportedTemplateError(`${logicalId}: the local gateway has no batching window.`);
    }
    properties.only('Enabled', 'Tags');
    return [definition];
  }).flat();
