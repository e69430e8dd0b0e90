import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { MetricName } from '../../lambda/shared/contract/metric-names';
import { missingIsOk, type AlarmSpec } from './alarm-spec';
import { counted, type MonitoredResources } from './monitored-resources';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/**
 * All messages of a queue, those that wait for a retry included. Not the age of the oldest one: SQS leaves a message that was received
 * three times out of it, which is 75 seconds after the first attempt.
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

/** What the breaker is watched for: money is running out while it does not work. */
export const breakerAlarms = ({
  stage,
  breaker,
}: Pick<MonitoredResources, 'stage' | 'breaker'>): AlarmSpec[] => {
  if (breaker === undefined) return [];
  const countedOnce = (name: MetricName, id: string, anchor: string, description: string): AlarmSpec => ({
    id,
    runbookSection: anchor,
    description,
    metric: counted(stage, 'breaker', name, fiveMinutes),
    threshold: 1,
    treatMissingData: missingIsOk,
  });
  return [
    countedOnce(
      'BreakerTripped',
      'BreakerTripped',
      'breaker-tripped',
      'The breaker has suspended a subaccount and ended its calls.',
    ),
    countedOnce(
      'BreakerWouldTrip',
      'BreakerWouldTrip',
      'breaker-would-have-tripped',
      'A usage trigger fired and was confirmed; the breaker did nothing, because it is in dry run.',
    ),
    {
      id: 'BreakerDeadLetters',
      runbookSection: 'breaker-dead-letters',
      description:
        'A usage trigger could not be dealt with and waits as a dead letter: the subaccount may be spending still.',
      metric: breaker.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: minute,
      }),
      threshold: 1,
      treatMissingData: missingIsOk,
    },
    {
      id: 'BreakerErrors',
      runbookSection: 'breaker-fails',
      description: 'The breaker function crashed or timed out: the usage trigger comes again.',
      metric: breaker.function.metricErrors({ period: minute }),
      threshold: 1,
      treatMissingData: missingIsOk,
    },
    {
      id: 'BreakerThrottles',
      runbookSection: 'breaker-throttled',
      description: 'Lambda refused to run the breaker: the account has no concurrency left.',
      metric: breaker.function.metricThrottles({ period: minute }),
      threshold: 1,
      treatMissingData: missingIsOk,
    },
    {
      id: 'BreakerUndecided',
      runbookSection: 'breaker-undecided',
      // The retries take 21 minutes, after which it is a dead letter.
      description:
        'A usage trigger has been undecided for ten minutes: the breaker does not run, or its attempts fail.',
      metric: messagesInQueue(breaker.queue),
      threshold: 1,
      evaluationPeriods: 10,
      treatMissingData: missingIsOk,
    },
    countedOnce(
      'BreakerFailed',
      'BreakerFailed',
      'breaker-attempt-failed',
      "The breaker could not deal with a usage trigger (Twilio's API, the table or the topic failed) and tries again.",
    ),
    countedOnce(
      'BreakerRefused',
      'BreakerRefused',
      'breaker-refused-a-trigger',
      'A signed usage trigger is not configured, is about the main account, or is not confirmed: nothing was done.',
    ),
    countedOnce(
      'BreakerSuppressed',
      'BreakerSuppressed',
      'breaker-suppressed-a-trigger',
      'A signed usage trigger was not acted on: another request had brought it before, or its date cannot be used.',
    ),
    countedOnce(
      'BreakerDrill',
      'BreakerDrill',
      'breaker-drill',
      "Low severity: somebody ran a drill of the breaker, which stops nothing. If none of you did, somebody else has the account's Auth Token.",
    ),
    countedOnce(
      'ConfigError',
      'BreakerConfigError',
      'breaker-secret-not-usable',
      "The breaker's secret is missing, malformed, still the placeholder, or lacks a subaccount: nothing can be suspended.",
    ),
  ];
};
