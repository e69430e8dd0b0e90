import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Stats, type Alarm, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Subscription } from './subscription';
import type { Stage } from '../stage/resolve-stage';
import type { AlarmSpec } from '../monitoring/alarm-spec';
import { customMetric } from '../monitoring/custom-metric';
import { customMetrics, functionGraph, graph, period } from '../monitoring/graphs';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

export const subscriptionAlarms = (stage: Stage, name: string, subscription: Subscription): AlarmSpec[] => [
  {
    id: 'DeadLetters',
    runbookSection: 'handler-dead-letters',
    description: `The handler ${name} could not handle an event; it is kept in its dead-letter queue for 14 days.`,
    metric: subscription.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
    threshold: 1,
  },
  {
    id: 'OldestEvent',
    runbookSection: 'handler-events-wait',
    description: `An event for the handler ${name} has waited for 15 minutes: it fails, is too slow, or does not run.`,
    metric: subscription.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: minute }),
    threshold: 900,
    evaluationPeriods: 3,
  },
  {
    id: 'Errors',
    runbookSection: 'handler-crashes',
    description: `The function of the handler ${name} crashed or timed out. Its batch is delivered again.`,
    metric: subscription.function.metricErrors({ period: fiveMinutes }),
    threshold: 1,
  },
  {
    id: 'HandlerFailed',
    runbookSection: 'handler-fails',
    description: `The handler ${name} threw an error ten or more times in five minutes.`,
    metric: customMetric(stage, `handler-${name}`, 'HandlerFailed', fiveMinutes),
    threshold: 10,
  },
];

export const subscriptionWidgets = (
  stage: Stage,
  name: string,
  { queue, deadLetterQueue, function: handler }: Subscription,
  alarms: readonly Alarm[],
): IWidget[] => [
  new AlarmStatusWidget({ title: `${name}: alarms`, alarms: [...alarms], width: 24, height: 3 }),
  functionGraph(`${name}: function`, handler),
  graph(
    `${name}: events`,
    customMetrics(stage, `handler-${name}`, 'HandlerSucceeded', 'HandlerFailed', 'HandlerDeadLettered'),
    [
      queue.metricApproximateAgeOfOldestMessage({ period }),
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, label: 'Dead letters' }),
    ],
  ),
];
