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
} from '../../lambda/shared/contract/metric-names';
import type { Breaker } from '../constructs/breaker';
import type { WebhookApi } from '../constructs/webhook-api';
import type { FunctionName } from '../functions/function-bundle';
import type { Stage } from '../stage/resolve-stage';

/** Everything that is watched. */
export interface MonitoredResources {
  readonly stage: Stage;
  readonly frontDoor: WebhookApi;
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

/** A metric that a function counts itself: `lambda/shared/contract/metric-names.ts`. */
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

/** Challenges of Basic authentication in a period in which nothing came with credentials, right or wrong; else 0. */
export const unansweredChallenges = (stage: Stage, period: Duration): IMetric => {
  const usingMetrics = {
    challenges: counted(stage, 'ingress', 'BasicChallenge', period),
    // What gets past Basic authentication is accepted or refused for its signature.
    accepted: counted(stage, 'ingress', 'Accepted', period),
    wrong: counted(stage, 'ingress', 'BasicRejected', period),
    unsigned: counted(stage, 'ingress', 'SignatureRejected', period),
  };
  const answers = ['accepted', 'wrong', 'unsigned'].map((id) => `FILL(${id}, 0)`).join(' + ');
  return new MathExpression({
    expression: `IF((${answers}) == 0, FILL(challenges, 0), 0)`,
    usingMetrics,
    label: 'Unanswered challenges',
    period,
  });
};

/** Requests that the API answered 4xx and that no stage counts: their URL names none. */
export const outsideTheStage = ({ api, httpStage }: WebhookApi, period: Duration): IMetric =>
  new MathExpression({
    expression: 'FILL(ofApi, 0) - FILL(ofStage, 0)',
    usingMetrics: {
      ofApi: api.metricClientError({ period, statistic: Stats.SUM }),
      ofStage: httpStage.metricClientError({ period, statistic: Stats.SUM }),
    },
    label: 'Outside the stage',
    period,
  });

/** Requests that DynamoDB throttled, in the table or in an index. */
export const tableThrottles = (table: Table, period: Duration): IMetric =>
  overWrites(table, 'ThrottledRequests', period);

export const tableSystemErrors = (table: Table, period: Duration): IMetric =>
  overWrites(table, 'SystemErrors', period);
