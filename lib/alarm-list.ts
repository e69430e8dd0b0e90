import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../lambda/shared/metric-names';
import type { FunctionName } from './function-bundle';
import { counted, tableSystemErrors, tableThrottles, type Watched } from './gateway-metrics';

/** An alarm: what is watched, when it rings, and what it tells a human. */
export interface AlarmEntry {
  /** Construct id, stable: the alarm's name is made of it. */
  readonly id: string;
  /** The heading of `docs/runbook.md`, as an anchor. A test ties the two. */
  readonly anchor: string;
  /** One sentence: what happened and what it means. */
  readonly sentence: string;
  readonly metric: IMetric;
  /** The alarm rings at this value; below it for `silence`. */
  readonly threshold: number;
  /** How many periods are looked at. @default 1 */
  readonly periods?: number;
  /** How many of them must breach. @default all */
  readonly breaching?: number;
  readonly ringsBelow?: boolean;
  readonly missing: TreatMissingData;
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/**
 * Nothing happened, so nothing was counted: an idle gateway has no data points, and it is well.
 * `IGNORE` would keep a past alarm for ever, `MISSING` would be "insufficient data" on every quiet night.
 */
const quietIsWell = TreatMissingData.NOT_BREACHING;
/** Here silence is the very thing that is looked for. */
const quietIsTrouble = TreatMissingData.BREACHING;

/** What the functions count themselves. */
const countedAlarms = (watched: Watched): AlarmEntry[] => {
  const entry = (
    service: FunctionName,
    name: MetricName,
    threshold: number,
    anchor: string,
    sentence: string,
  ): AlarmEntry => ({
    id: name,
    anchor,
    sentence,
    metric: counted(watched.stage, service, name, fiveMinutes),
    threshold,
    missing: quietIsWell,
  });
  return [
    entry(
      'ingress',
      'SignatureRejected',
      // Single ones are the internet's noise. A wrong URL or token rejects everything and is here in minutes.
      10,
      'signatures-rejected',
      'Ten or more requests in five minutes had no valid Twilio signature: an attack, or a wrong URL or token that refuses genuine webhooks.',
    ),
    entry(
      'ingress',
      'ConfigError',
      1,
      'credentials-not-usable',
      'A webhook was answered 500 because an account secret is missing, denied, malformed or still the placeholder.',
    ),
    entry(
      'ingress',
      'SecretUnavailable',
      1,
      'secrets-manager-not-reachable',
      'A webhook was answered 503 because Secrets Manager did not answer and no token was cached.',
    ),
    entry(
      'ingress',
      'StaleSecretUsed',
      1,
      'stale-secret-used',
      'Webhooks are verified with a token past its freshness because Secrets Manager fails; this works for a day at the most.',
    ),
    entry(
      'ingress',
      'EnqueueFailed',
      1,
      'webhook-not-enqueued',
      'A genuine webhook could not be put on the queue and was answered 5xx: it is lost unless Twilio retries it.',
    ),
    entry(
      'ingress',
      'UnusableRequest',
      1,
      'signed-but-unusable-request',
      'A correctly signed request lacks a required field or repeats it: tampering, or a change at Twilio.',
    ),
    entry(
      'ingress',
      'InternalError',
      1,
      'ingress-internal-error',
      'Ingress met an unexpected fault and answered 500: a bug, or a right that the function lacks.',
    ),
    entry(
      'consumer',
      'RecordFailed',
      // A single poison record fails five times on its way to the dead-letter queue, which has its own alarm.
      10,
      'records-fail-to-be-stored',
      'Ten or more attempts to store a webhook failed in five minutes: the table or the consumer is in trouble.',
    ),
    entry(
      'consumer',
      'PoisonEnvelope',
      1,
      'message-cannot-be-decoded',
      'The queue holds a message that no consumer can decode: it was not sent by ingress, or by another version of it.',
    ),
  ];
};

/** What AWS counts of the front door and the functions. */
const requestAlarms = ({ frontDoor, ingress, consumer }: Watched): AlarmEntry[] => [
  {
    id: 'ServerErrors',
    anchor: 'webhooks-answered-5xx',
    sentence: 'A webhook was answered 5xx: it is lost unless Twilio retries it or a fallback URL takes it.',
    metric: frontDoor.httpStage.metricServerError({ statistic: Stats.SUM, period: minute }),
    threshold: 1,
    missing: quietIsWell,
  },
  {
    id: 'FrontDoorThrottled',
    anchor: 'webhooks-throttled',
    sentence:
      'A webhook was answered 429 by the gateway: Twilio does not slow down for that, so it is lost. Raise the throttle.',
    metric: frontDoor.throttled.with({ period: minute }),
    threshold: 1,
    missing: quietIsWell,
  },
  {
    id: 'IngressErrors',
    anchor: 'ingress-fails',
    sentence: 'The ingress function crashed or timed out: the webhook was answered 5xx.',
    metric: ingress.metricErrors({ period: minute }),
    threshold: 1,
    missing: quietIsWell,
  },
  {
    id: 'IngressThrottles',
    anchor: 'ingress-throttled',
    sentence: 'Lambda refused to run the ingress function: the account has no concurrency left.',
    metric: ingress.metricThrottles({ period: minute }),
    threshold: 1,
    missing: quietIsWell,
  },
  {
    id: 'IngressSlow',
    anchor: 'ingress-slow',
    // A third of Twilio's 15 s, and all that Event Streams allows.
    sentence:
      'One in a hundred webhooks takes five seconds or more; Twilio hangs up after 15, Event Streams after 5.',
    metric: ingress.metricDuration({ statistic: Stats.percentile(99), period: minute }),
    threshold: 5_000,
    periods: 5,
    breaching: 3,
    missing: quietIsWell,
  },
  {
    id: 'ConsumerErrors',
    anchor: 'consumer-fails',
    sentence: 'The consumer function crashed or timed out: its whole batch will be delivered again.',
    metric: consumer.metricErrors({ period: fiveMinutes }),
    threshold: 1,
    missing: quietIsWell,
  },
  {
    id: 'ConsumerThrottles',
    anchor: 'consumer-throttled',
    sentence:
      'Lambda refused to run the consumer: the account has no concurrency left, and waiting messages age.',
    metric: consumer.metricThrottles({ period: fiveMinutes }),
    threshold: 1,
    missing: quietIsWell,
  },
];

/** What AWS counts of the queue and the table. */
const storageAlarms = ({ queue, deadLetterQueue, table }: Watched): AlarmEntry[] => [
  {
    id: 'DeadLetters',
    anchor: 'dead-letters',
    sentence: 'Acknowledged webhooks could not be stored and wait in the dead-letter queue, for 14 days.',
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
    threshold: 1,
    missing: quietIsWell, // SQS counts every queue that holds a message; only an empty idle one falls silent.
  },
  {
    id: 'OldestMessage',
    anchor: 'messages-wait-too-long',
    // A record that fails on every receive is gone after five visibility timeouts: ten minutes.
    sentence: 'An acknowledged webhook waits for 15 minutes: the consumer does not keep up or does not run.',
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: minute }),
    threshold: 900,
    periods: 3,
    missing: quietIsWell,
  },
  {
    id: 'TableThrottled',
    anchor: 'table-throttled',
    sentence: 'DynamoDB throttles writes: a hot key, or growth faster than on-demand capacity follows.',
    metric: tableThrottles(table, fiveMinutes),
    threshold: 1,
    missing: quietIsWell,
  },
  {
    id: 'TableSystemErrors',
    anchor: 'table-system-errors',
    // Single ones happen and are retried.
    sentence: 'DynamoDB answers with errors of its own: webhooks wait in the queue meanwhile.',
    metric: tableSystemErrors(table, fiveMinutes),
    threshold: 5,
    missing: quietIsWell,
  },
];

const silenceAlarm = ({ stage }: Watched): AlarmEntry[] =>
  stage.silenceAlarmHours === undefined
    ? []
    : [
        {
          id: 'Silence',
          anchor: 'no-webhook-accepted',
          sentence: `No webhook was accepted for ${stage.silenceAlarmHours} hours: Twilio does not reach the gateway, or every request is refused.`,
          metric: counted(stage, 'ingress', 'Accepted', Duration.hours(1)),
          threshold: 1,
          periods: stage.silenceAlarmHours,
          ringsBelow: true,
          missing: quietIsTrouble,
        },
      ];

/** Every alarm of a stage. */
export const alarmList = (watched: Watched): readonly AlarmEntry[] => [
  ...storageAlarms(watched),
  ...requestAlarms(watched),
  ...countedAlarms(watched),
  ...silenceAlarm(watched),
];
