import { createAwsCall } from '../../../cli/clients/aws-request';
import { metricNamespace, serviceDimension, stageDimension } from '../../../lambda/shared/contract/metric-names';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import { stage } from '../assembly';
import { awsRegion } from '../environment';

/**
 * Counts as ingress does. The emulator makes no metrics of the functions' logs; a test shows that.
 * AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const countAtIngress = async (counts: Readonly<Partial<Record<MetricName, number>>>): Promise<void> => {
  const call = createAwsCall(awsRegion, process.env, new AbortController().signal);
  const Dimensions = [
    { Name: serviceDimension, Value: 'ingress' },
    { Name: stageDimension, Value: stage },
  ];
  const { status } = await call('monitoring', 'GraniteServiceVersion20100801.PutMetricData', {
    Namespace: metricNamespace,
    MetricData: Object.entries(counts).map(([MetricName, Value]) => ({ MetricName, Value, Dimensions })),
  });
  expect(status).toBe(200);
};
