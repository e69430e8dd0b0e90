import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../lambda/shared/metric-names';
import { quietIsWell, type AlarmEntry } from './alarm-entry';
import { counted, type Watched } from './gateway-metrics';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** What the breaker is watched for: money is running out while it does not work. */
export const breakerAlarms = ({ stage, breaker }: Pick<Watched, 'stage' | 'breaker'>): AlarmEntry[] => {
  if (breaker === undefined) return [];
  const countedOnce = (name: MetricName, id: string, anchor: string, sentence: string): AlarmEntry => ({
    id,
    anchor,
    sentence,
    metric: counted(stage, 'breaker', name, fiveMinutes),
    threshold: 1,
    missing: quietIsWell,
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
      anchor: 'breaker-dead-letters',
      sentence:
        'A usage trigger could not be dealt with and waits as a dead letter: the subaccount may be spending still.',
      metric: breaker.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: minute,
      }),
      threshold: 1,
      missing: quietIsWell,
    },
    {
      id: 'BreakerErrors',
      anchor: 'breaker-fails',
      sentence: 'The breaker function crashed or timed out: the usage trigger comes again.',
      metric: breaker.function.metricErrors({ period: minute }),
      threshold: 1,
      missing: quietIsWell,
    },
    {
      id: 'BreakerThrottles',
      anchor: 'breaker-throttled',
      sentence: 'Lambda refused to run the breaker: the account has no concurrency left.',
      metric: breaker.function.metricThrottles({ period: minute }),
      threshold: 1,
      missing: quietIsWell,
    },
    {
      id: 'BreakerOldestMessage',
      anchor: 'breaker-waits-too-long',
      // Four retries take 21 minutes; a message that nobody takes is seen long before.
      sentence: 'A usage trigger waits for ten minutes: the breaker does not run, or Twilio refuses it.',
      metric: breaker.queue.metricApproximateAgeOfOldestMessage({
        statistic: Stats.MAXIMUM,
        period: minute,
      }),
      threshold: 600,
      missing: quietIsWell,
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
      'BreakerReplayed',
      'BreakerReplayed',
      'breaker-trigger-came-again',
      'A usage trigger that was dealt with came again by another request: a retry of Twilio, or a replay. Nothing was done.',
    ),
    countedOnce(
      'ConfigError',
      'BreakerConfigError',
      'breaker-secret-not-usable',
      "The breaker's secret is missing, malformed, still the placeholder, or lacks a subaccount: nothing can be suspended.",
    ),
  ];
};
