import { Duration } from 'aws-cdk-lib';
import { GraphWidget, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { MetricName } from '../../lambda/shared/contract/metric-names';
import type { FunctionName, HandlerServiceName } from '../../lambda/shared/contract/function-names';
import type { Stage } from '../stage/resolve-stage';
import { customMetric } from './custom-metric';

/** The period of every graph. */
export const period = Duration.minutes(5);

/** A graph of half the dashboard's width, with metrics on the left and the right axis. */
export const graph = (title: string, left: IMetric[], right: IMetric[] = []): GraphWidget =>
  new GraphWidget({ title, left, right, width: 12, height: 6 });

export const functionGraph = (title: string, target: Function): GraphWidget =>
  graph(
    title,
    [target.metricInvocations({ period }), target.metricErrors({ period }), target.metricThrottles({ period })],
    [target.metricDuration({ period, statistic: Stats.percentile(99) })],
  );

export const customMetrics = (
  stage: Stage,
  service: FunctionName | HandlerServiceName,
  ...names: readonly MetricName[]
): IMetric[] => names.map((name) => customMetric(stage, service, name, period));
