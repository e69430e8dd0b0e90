import { Duration } from 'aws-cdk-lib';
import { Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  metricNamespace,
  serviceDimension,
  stageDimension,
  type MetricName,
} from '../../lambda/shared/contract/metric-names';
import type { FunctionName, HandlerServiceName } from '../../lambda/shared/contract/function-names';
import type { Stage } from '../stage/resolve-stage';
import type { AlarmSpec } from './alarm-spec';

/** A metric that a function of the stage emits, as `lambda/shared/contract/metric-names.ts` lists them. */
export const customMetric = (
  stage: Stage,
  service: FunctionName | HandlerServiceName,
  metricName: MetricName,
  period: Duration,
  statistic: string = Stats.SUM,
): IMetric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { [serviceDimension]: service, [stageDimension]: stage.name },
    statistic,
    period,
  });

export interface CustomMetricAlarm extends Pick<AlarmSpec, 'runbookSection' | 'description'> {
  /** @default the metric's name */
  readonly id?: string;
  /** @default 1 */
  readonly threshold?: number;
}

/** An alarm on the sum of a custom metric over five minutes. */
export const customMetricAlarm = (
  stage: Stage,
  service: FunctionName,
  metricName: MetricName,
  alarm: CustomMetricAlarm,
): AlarmSpec => ({
  id: metricName,
  threshold: 1,
  metric: customMetric(stage, service, metricName, Duration.minutes(5)),
  ...alarm,
});
