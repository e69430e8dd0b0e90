import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData, type GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from '../alarm-spec';
import { customMetric, customMetricAlarm } from '../custom-metric';
import { customMetrics, functionGraph, graph, period } from '../graphs';
import type { MonitoredResources } from '../monitored-resources';

const minute = Duration.minutes(1);

export const fallbackAlarms = (resources: MonitoredResources): AlarmSpec[] => [
  ...laneAlarms(resources),
  ...regionAlarms(resources),
];

const laneAlarms = ({ stage, fallbackLane }: MonitoredResources): AlarmSpec[] =>
  fallbackLane === undefined
    ? []
    : [
        customMetricAlarm(stage, 'fallback', 'FallbackAccepted', {
          runbookSection: 'messages-come-through-the-fallback-lane',
          description: 'Messages came through the fallback lane: Twilio did not get an answer that it can use.',
        }),
        customMetricAlarm(stage, 'fallback', 'FallbackRejected', {
          runbookSection: 'forged-requests-in-the-fallback-lane',
          description:
            'Many requests of the fallback lane were not signed by Twilio. They cost money, and store nothing.',
          // One per second. Each costs as much as a webhook, about two millionths of a dollar.
          threshold: 300,
        }),
        customMetricAlarm(stage, 'fallback', 'FallbackFailed', {
          runbookSection: 'fallback-lane-fails',
          description:
            'Requests of the fallback lane could not be verified or enqueued; the queue delivers them again.',
        }),
        {
          id: 'FallbackErrors',
          runbookSection: 'fallback-lane-fails',
          description: 'The fallback function crashed or timed out; the queue delivers its requests again.',
          metric: fallbackLane.function.metricErrors({ period: Duration.minutes(5) }),
          threshold: 1,
        },
        {
          id: 'FallbackDeadLetters',
          runbookSection: 'fallback-dead-letters',
          description: 'Requests of the fallback lane are in its dead-letter queue, which keeps them for 14 days.',
          metric: fallbackLane.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
            statistic: Stats.MAXIMUM,
            period: minute,
          }),
          threshold: 1,
        },
        {
          id: 'FallbackOldestMessage',
          runbookSection: 'fallback-lane-fails',
          description: 'A request of the fallback lane has waited for 15 minutes: its function does not run.',
          metric: fallbackLane.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: minute }),
          threshold: 900,
          evaluationPeriods: 3,
        },
      ];

const regionAlarms = ({ stage, fallbackRegion }: MonitoredResources): AlarmSpec[] =>
  fallbackRegion === undefined
    ? []
    : [
        {
          id: 'FallbackRegionNotDrained',
          runbookSection: 'fallback-region-is-not-drained',
          description:
            'For 15 minutes nothing could be taken home from the fallback lane in the other region. ' +
            'Its messages wait there for 14 days.',
          metric: customMetric(stage, 'drain', 'DrainSucceeded', Duration.minutes(5)),
          threshold: 1,
          comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          evaluationPeriods: 3,
          // A function that crashes or is not invoked counts nothing.
          treatMissingData: TreatMissingData.BREACHING,
        },
      ];

export const fallbackWidgets = (resources: MonitoredResources): GraphWidget[] => [
  ...laneWidgets(resources),
  ...regionWidgets(resources),
];

const regionWidgets = ({ stage, fallbackRegion }: MonitoredResources): GraphWidget[] =>
  fallbackRegion === undefined
    ? []
    : [
        functionGraph('Fallback region: function', fallbackRegion.function),
        graph(
          'Fallback region: taken home',
          customMetrics(stage, 'drain', 'FallbackDrained', 'DrainSucceeded', 'DrainFailed'),
        ),
      ];

const laneWidgets = ({ stage, fallbackLane }: MonitoredResources): GraphWidget[] =>
  fallbackLane === undefined
    ? []
    : [
        functionGraph('Fallback lane: function', fallbackLane.function),
        graph(
          'Fallback lane',
          [
            ...customMetrics(stage, 'fallback', 'FallbackAccepted', 'FallbackRejected', 'FallbackFailed'),
            fallbackLane.queue.metricApproximateNumberOfMessagesVisible({ period }),
            fallbackLane.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, label: 'Dead letters' }),
          ],
          [fallbackLane.queue.metricApproximateAgeOfOldestMessage({ period })],
        ),
      ];
