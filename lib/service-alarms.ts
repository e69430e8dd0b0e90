import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { quietIsWell, type AlarmEntry } from './alarm-entry';
import { tableSystemErrors, tableThrottles, type Watched } from './gateway-metrics';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** What AWS counts of the front door and the functions. */
export const requestAlarms = ({ frontDoor, ingress, consumer }: Watched): AlarmEntry[] => [
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
    id: 'WebhooksMisdirected',
    anchor: 'webhooks-misdirected',
    // Single ones are the internet's noise. A number that points beside the routes is here with its tenth message.
    sentence:
      'Ten or more requests in five minutes were for a path that is no route: a wrong URL at Twilio, whose webhooks are lost, or a scanner.',
    metric: frontDoor.misdirected.with({ period: fiveMinutes }),
    threshold: 10,
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
    // Ingress itself gives up after 4.1 s: what is slower than this is about to be answered 503.
    sentence:
      'One in a hundred webhooks takes two and a half seconds or more; after 4.1 ingress gives up, Event Streams after 5.',
    metric: ingress.metricDuration({ statistic: Stats.percentile(99), period: minute }),
    threshold: 2_500,
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
export const storageAlarms = ({ queue, deadLetterQueue, table }: Watched): AlarmEntry[] => [
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
