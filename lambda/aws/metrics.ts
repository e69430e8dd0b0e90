import { Metrics as PowertoolsMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FunctionName, HandlerServiceName } from '../shared/contract/function-names';
import { metricNamespace, stageDimension } from '../shared/contract/metric-names';
import type { Metrics } from '../shared/runtime/ports';

/**
 * Counts in CloudWatch's embedded metric format: `flush` writes one log line, from which CloudWatch makes the metrics.
 * The dimensions are `service` (Powertools always sends it) and `Stage`, as in
 * `lambda/shared/contract/metric-names.ts`.
 */
export const createMetrics = (
  functionName: Exclude<FunctionName, 'authorizer'> | HandlerServiceName,
  stage: string,
): Metrics & { flush(): void } => {
  const metrics = new PowertoolsMetrics({
    namespace: metricNamespace,
    serviceName: functionName,
    defaultDimensions: { [stageDimension]: stage },
  });
  return {
    count: (name, value = 1) => metrics.addMetric(name, MetricUnit.Count, value),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
