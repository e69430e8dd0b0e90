import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  metricNamespace,
  serviceDimension,
  stageDimension,
  type MetricName,
} from '../lambda/shared/metric-names';
import type { Breaker } from './breaker';
import type { FrontDoor } from './front-door';
import type { FunctionName } from './function-bundle';
import type { Stage } from './stage';

/** Everything that is watched. */
export interface Watched {
  readonly stage: Stage;
  readonly frontDoor: FrontDoor;
  readonly ingress: Function;
  readonly consumer: Function;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly table: Table;
  /** Undefined where the stage has none. */
  readonly breaker: Breaker | undefined;
}

/** The operations that the consumer writes with. */
const writeOperations = ['PutItem', 'UpdateItem'] as const;

/** The sum of a table's metric over the writing operations. A series without data counts as zero, not as unknown. */
const overWrites = (table: Table, metricName: string, period: Duration): IMetric => {
  const entries = writeOperations.map((operation): [string, IMetric] => [
    // Unique in the whole widget that shows it.
    `${operation}${metricName}`.replace(/^./, (first) => first.toLowerCase()),
    table.metric(metricName, {
      dimensionsMap: { TableName: table.tableName, Operation: operation },
      statistic: Stats.SUM,
      period,
    }),
  ]);
  return new MathExpression({
    expression: `SUM([${entries.map(([id]) => `FILL(${id}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(entries),
    label: metricName,
    period,
  });
};

/** A metric that a function counts itself: `lambda/shared/metric-names.ts`. */
export const counted = (
  stage: Stage,
  service: FunctionName,
  metricName: MetricName,
  period: Duration,
): IMetric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { [serviceDimension]: service, [stageDimension]: stage.name },
    statistic: Stats.SUM,
    period,
  });

/** Requests that DynamoDB throttled, in the table or in an index. */
export const tableThrottles = (table: Table, period: Duration): IMetric =>
  overWrites(table, 'ThrottledRequests', period);

export const tableSystemErrors = (table: Table, period: Duration): IMetric =>
  overWrites(table, 'SystemErrors', period);
