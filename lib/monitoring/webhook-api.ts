import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { missingIsOk, type AlarmSpec } from './alarm-spec';
import {
  outsideTheStage,
  tableSystemErrors,
  tableThrottles,
  type MonitoredResources,
} from './monitored-resources';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** Of the throttle's rate, as a mean over a minute: a flood or a growth is seen before it costs a webhook. */
const busyShare = 0.8;

/** What AWS counts of the front door and the functions. */
export const requestAlarms = ({ stage, frontDoor, ingress, consumer }: MonitoredResources): AlarmSpec[] => [
  {
    id: 'ServerErrors',
    runbookSection: 'webhooks-answered-5xx',
    description:
      'A webhook was answered 5xx: it is lost unless Twilio retries it or a fallback URL takes it.',
    metric: frontDoor.httpStage.metricServerError({ statistic: Stats.SUM, period: minute }),
    threshold: 1,
    treatMissingData: missingIsOk,
  },
  {
    id: 'FrontDoorThrottled',
    runbookSection: 'webhooks-throttled',
    description:
      'A webhook was answered 429 by the gateway: Twilio does not slow down for that, so it is lost. Raise the throttle.',
    metric: frontDoor.throttled.with({ period: minute }),
    threshold: 1,
    treatMissingData: missingIsOk,
  },
  {
    id: 'FrontDoorBusy',
    runbookSection: 'throttle-nearly-reached',
    description: `In one minute as many requests came as are ${busyShare * 100} % of the throttle's rate: beyond it webhooks are answered 429 and lost.`,
    metric: frontDoor.httpStage.metricCount({ statistic: Stats.SUM, period: minute }),
    threshold: Math.floor(stage.throttle.rateLimit * minute.toSeconds() * busyShare),
    treatMissingData: missingIsOk,
  },
  {
    id: 'WebhooksMisdirected',
    runbookSection: 'webhooks-misdirected',
    // Single ones are the internet's noise. A number that points beside the routes is here with its tenth message.
    description:
      'Ten or more requests in five minutes were for a path of the stage that is no route: a wrong URL at Twilio, whose webhooks are lost, or a scanner.',
    metric: frontDoor.misdirected.with({ period: fiveMinutes }),
    threshold: 10,
    treatMissingData: missingIsOk,
  },
  {
    id: 'StageMissed',
    runbookSection: 'urls-without-the-stage',
    description:
      'Ten or more requests in five minutes reached the API and no stage of it: a URL at Twilio lacks the stage, and its webhooks are lost, or a scanner.',
    metric: outsideTheStage(frontDoor, fiveMinutes),
    threshold: 10,
    treatMissingData: missingIsOk,
  },
  {
    id: 'IngressErrors',
    runbookSection: 'ingress-fails',
    description: 'The ingress function crashed or timed out: the webhook was answered 5xx.',
    metric: ingress.metricErrors({ period: minute }),
    threshold: 1,
    treatMissingData: missingIsOk,
  },
  {
    id: 'IngressThrottles',
    runbookSection: 'ingress-throttled',
    description: 'Lambda refused to run the ingress function: the account has no concurrency left.',
    metric: ingress.metricThrottles({ period: minute }),
    threshold: 1,
    treatMissingData: missingIsOk,
  },
  {
    id: 'IngressSlow',
    runbookSection: 'ingress-slow',
    // Ingress itself gives up after 4.1 s: what is slower than this is about to be answered 503.
    description:
      'One in a hundred webhooks takes two and a half seconds or more; after 4.1 ingress gives up, Event Streams after 5.',
    metric: ingress.metricDuration({ statistic: Stats.percentile(99), period: minute }),
    threshold: 2_500,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    treatMissingData: missingIsOk,
  },
  {
    id: 'ConsumerErrors',
    runbookSection: 'consumer-fails',
    description: 'The consumer function crashed or timed out: its whole batch will be delivered again.',
    metric: consumer.metricErrors({ period: fiveMinutes }),
    threshold: 1,
    treatMissingData: missingIsOk,
  },
  {
    id: 'ConsumerThrottles',
    runbookSection: 'consumer-throttled',
    description:
      'Lambda refused to run the consumer: the account has no concurrency left, and waiting messages age.',
    metric: consumer.metricThrottles({ period: fiveMinutes }),
    threshold: 1,
    treatMissingData: missingIsOk,
  },
];

/** What AWS counts of the queue and the table. */
export const storageAlarms = ({ queue, deadLetterQueue, table }: MonitoredResources): AlarmSpec[] => [
  {
    id: 'DeadLetters',
    runbookSection: 'dead-letters',
    description: 'Acknowledged webhooks could not be stored and wait in the dead-letter queue, for 14 days.',
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
    threshold: 1,
    // SQS counts every queue that holds a message; only an empty idle one falls silent, and may wake 15 minutes late.
    treatMissingData: missingIsOk,
  },
  {
    id: 'OldestMessage',
    runbookSection: 'messages-wait-too-long',
    // SQS leaves out what was received three times: a record that fails is for RecordFailed and DeadLetters.
    description:
      'An acknowledged webhook that was received twice at the most waits for 15 minutes: the consumer does not keep up or does not run.',
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: minute }),
    threshold: 900,
    evaluationPeriods: 3,
    treatMissingData: missingIsOk,
  },
  {
    id: 'TableThrottled',
    runbookSection: 'table-throttled',
    description: 'DynamoDB throttles writes: a hot key, or growth faster than on-demand capacity follows.',
    metric: tableThrottles(table, fiveMinutes),
    threshold: 1,
    treatMissingData: missingIsOk,
  },
  {
    id: 'TableSystemErrors',
    runbookSection: 'table-system-errors',
    // Single ones happen and are retried.
    description: 'DynamoDB answers with errors of its own: webhooks wait in the queue meanwhile.',
    metric: tableSystemErrors(table, fiveMinutes),
    threshold: 5,
    treatMissingData: missingIsOk,
  },
];
