import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { AlarmSpec } from './alarm-spec';
import { graph } from './graphs';
import type { MonitoredResources } from './monitored-resources';

/** The operations that the consumer writes with. */
const writeOperations = ['PutItem', 'UpdateItem'] as const;

/** The period of the alarms and of the graph. */
const period = Duration.minutes(5);

/** The sum of a table's metric over the write operations. An operation without data counts as zero. */
const sumOverWrites = (table: ITable, metricName: string): IMetric => {
  const entries = writeOperations.map((operation): [string, IMetric] => [
    // Unique within the widget, and in lower case at the beginning, as CloudWatch demands of an id.
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

/** Requests that DynamoDB throttled, on the table or its index. */
const throttledRequests = (table: ITable): IMetric => sumOverWrites(table, 'ThrottledRequests');

const systemErrors = (table: ITable): IMetric => sumOverWrites(table, 'SystemErrors');

export const tableAlarms = ({ table }: MonitoredResources): AlarmSpec[] => [
  {
    id: 'TableThrottled',
    runbookSection: 'table-throttled',
    description: 'DynamoDB throttles writes: a hot key, or growth faster than on-demand capacity follows.',
    metric: throttledRequests(table),
    threshold: 1,
  },
  {
    id: 'TableSystemErrors',
    runbookSection: 'table-system-errors',
    description: 'DynamoDB reports internal errors: webhooks wait in the queue until it recovers.',
    metric: systemErrors(table),
    // Single ones happen and are retried.
    threshold: 5,
  },
];

export const tableWidgets = ({ table }: MonitoredResources): GraphWidget[] => [
  graph('Table', [throttledRequests(table), systemErrors(table)]),
];
