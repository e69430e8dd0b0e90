import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Breaker } from '../constructs/breaker';
import type { Stage } from '../stage/resolve-stage';
import type { AlarmSpec } from './alarm-spec';
import { customMetricAlarm } from './custom-metric';
import { customMetrics, graph, period } from './graphs';
import type { MonitoredResources } from './monitored-resources';

const minute = Duration.minutes(1);

export const breakerAlarms = ({ stage, breaker }: MonitoredResources): AlarmSpec[] =>
  breaker === undefined ? [] : [...decisionAlarms(stage), ...failureAlarms(stage, breaker)];

/** What the breaker decided about a usage trigger. */
const decisionAlarms = (stage: Stage): AlarmSpec[] => [
  customMetricAlarm(stage, 'breaker', 'BreakerTripped', {
    runbookSection: 'breaker-tripped',
    description: 'The breaker has suspended a subaccount and ended its calls.',
  }),
  customMetricAlarm(stage, 'breaker', 'BreakerWouldTrip', {
    runbookSection: 'breaker-would-have-tripped',
    description: 'A usage trigger fired and was confirmed; the breaker suspended nothing, because it is in dry run.',
  }),
  customMetricAlarm(stage, 'breaker', 'BreakerRefused', {
    runbookSection: 'breaker-refused-a-trigger',
    description:
      'The breaker did not act on a signed usage trigger: the trigger is not configured, is about the parent ' +
      'account, or is not confirmed.',
  }),
  customMetricAlarm(stage, 'breaker', 'BreakerSuppressed', {
    runbookSection: 'breaker-suppressed-a-trigger',
    description:
      'The breaker did not act on a signed usage trigger: an earlier request had reported it, ' +
      'or its date cannot be used.',
  }),
  customMetricAlarm(stage, 'breaker', 'BreakerDrill', {
    runbookSection: 'breaker-drill',
    description:
      'Low severity: someone ran a drill of the breaker, which suspends nothing. ' +
      "If it was none of you, someone else has the account's Auth Token.",
  }),
];

/** The breaker does not work: a subaccount may keep spending. */
const failureAlarms = (stage: Stage, breaker: Breaker): AlarmSpec[] => [
  {
    id: 'BreakerDeadLetters',
    runbookSection: 'breaker-dead-letters',
    description:
      'The breaker gave up on a usage trigger, which is now in its dead-letter queue: ' +
      'the subaccount may still be spending.',
    metric: breaker.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
    threshold: 1,
  },
  {
    id: 'BreakerErrors',
    runbookSection: 'breaker-fails',
    description: 'The breaker function crashed or timed out: the usage trigger will be delivered again.',
    metric: breaker.function.metricErrors({ period: minute }),
    threshold: 1,
  },
  {
    id: 'BreakerThrottles',
    runbookSection: 'breaker-throttled',
    description: 'Lambda throttled the breaker function: the account has no concurrency left.',
    metric: breaker.function.metricThrottles({ period: minute }),
    threshold: 1,
  },
  {
    id: 'BreakerUndecided',
    runbookSection: 'breaker-undecided',
    description: 'A usage trigger has been undecided for ten minutes: the breaker does not run, or its attempts fail.',
    metric: messagesInQueue(breaker.queue),
    threshold: 1,
    // Sooner than the dead-letter queue, which a trigger reaches after 21 minutes of retries.
    evaluationPeriods: 10,
  },
  customMetricAlarm(stage, 'breaker', 'BreakerFailed', {
    runbookSection: 'breaker-attempt-failed',
    description:
      "The breaker failed to process a usage trigger (Twilio's API, the table or the topic failed) and will retry.",
  }),
  customMetricAlarm(stage, 'breaker', 'ConfigError', {
    id: 'BreakerConfigError',
    runbookSection: 'breaker-secret-not-usable',
    description:
      "The breaker's secret is missing, malformed, still the placeholder, or lacks a subaccount: " +
      'nothing can be suspended.',
  }),
];

/**
 * All messages of a queue, including those that wait for a retry. The age of the oldest message would not do: SQS
 * leaves out a message that was received three times, which is 75 seconds after the first attempt.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const messagesInQueue = (queue: IQueue): IMetric => {
  const options = { statistic: Stats.MAXIMUM, period: minute };
  return new MathExpression({
    expression: 'FILL(visible, 0) + FILL(notVisible, 0)',
    usingMetrics: {
      visible: queue.metricApproximateNumberOfMessagesVisible(options),
      notVisible: queue.metricApproximateNumberOfMessagesNotVisible(options),
    },
    label: 'Messages in the queue',
    period: minute,
  });
};

export const breakerWidgets = ({ stage, breaker }: MonitoredResources): GraphWidget[] =>
  breaker === undefined
    ? []
    : [
        graph(
          'Breaker: decisions',
          customMetrics(
            stage,
            'breaker',
            'BreakerTripped',
            'BreakerWouldTrip',
            'BreakerAlreadyStopped',
            'BreakerRefused',
            'BreakerSuppressed',
            'BreakerFailed',
            'BreakerDrill',
          ),
        ),
        graph('Breaker: queue', [
          breaker.queue.metricApproximateNumberOfMessagesVisible({ period }),
          breaker.queue.metricApproximateNumberOfMessagesNotVisible({ period }),
          breaker.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, label: 'Dead letters' }),
          breaker.function.metricErrors({ period }),
        ]),
      ];
