import { Duration } from 'aws-cdk-lib';
import { Stats, type GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from './alarm-spec';
import { graph, period } from './graphs';
import type { MonitoredResources } from './monitored-resources';

const minute = Duration.minutes(1);

export const queueAlarms = ({ queue, deadLetterQueue }: MonitoredResources): AlarmSpec[] => [
  {
    id: 'DeadLetters',
    runbookSection: 'dead-letters',
    description: 'Acknowledged webhooks could not be stored; they are kept in the dead-letter queue for 14 days.',
    // SQS stops reporting an empty, idle queue, and may start again up to 15 minutes late.
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
    threshold: 1,
  },
  {
    id: 'OldestMessage',
    runbookSection: 'messages-wait-too-long',
    description: 'An acknowledged webhook has waited for 15 minutes: the consumer does not keep up or does not run.',
    // SQS leaves out messages that were received three times: RecordFailed and DeadLetters report those.
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: minute }),
    threshold: 900,
    evaluationPeriods: 3,
  },
];

export const queueWidgets = ({ queue, deadLetterQueue }: MonitoredResources): GraphWidget[] => [
  graph(
    'Queue',
    [
      queue.metricApproximateNumberOfMessagesVisible({ period }),
      queue.metricApproximateNumberOfMessagesNotVisible({ period }),
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, label: 'Dead letters' }),
    ],
    [queue.metricApproximateAgeOfOldestMessage({ period })],
  ),
];
