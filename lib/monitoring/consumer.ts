import { Duration } from 'aws-cdk-lib';
import type { GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from './alarm-spec';
import { customMetricAlarm } from './custom-metric';
import { customMetrics, functionGraph, graph } from './graphs';
import type { MonitoredResources } from './monitored-resources';

const fiveMinutes = Duration.minutes(5);

export const consumerAlarms = ({ stage, consumer }: MonitoredResources): AlarmSpec[] => [
  {
    id: 'ConsumerErrors',
    runbookSection: 'consumer-fails',
    description: 'The consumer function crashed or timed out: its whole batch will be delivered again.',
    metric: consumer.metricErrors({ period: fiveMinutes }),
    threshold: 1,
  },
  {
    id: 'ConsumerThrottles',
    runbookSection: 'consumer-throttled',
    description: 'Lambda throttled the consumer function: the account has no concurrency left, and messages wait.',
    metric: consumer.metricThrottles({ period: fiveMinutes }),
    threshold: 1,
  },
  customMetricAlarm(stage, 'consumer', 'RecordFailed', {
    runbookSection: 'records-fail-to-be-stored',
    description:
      'Ten or more attempts to store a webhook failed in five minutes: ' + 'the table or the consumer does not work.',
    // One poison message fails five times before it reaches the dead-letter queue, which has an alarm of its own.
    threshold: 10,
  }),
  customMetricAlarm(stage, 'consumer', 'PoisonEnvelope', {
    runbookSection: 'message-cannot-be-decoded',
    description:
      'The consumer cannot decode a message of the queue: it was not sent by ingress, or by another version of it.',
  }),
  customMetricAlarm(stage, 'consumer', 'UnrecognizedWebhook', {
    runbookSection: 'unrecognized-webhook',
    description:
      'A verified webhook did not have the fields that its route expects and was stored as unrecognized: ' +
      'Twilio changed something, or the webhook uses the wrong route.',
  }),
  customMetricAlarm(stage, 'consumer', 'OtherReading', {
    runbookSection: 'other-reading',
    description:
      'A signed text came again with other boundaries between its fields and was not stored: ' +
      'an attack with a captured request, or a bug.',
  }),
  customMetricAlarm(stage, 'consumer', 'OtherContent', {
    runbookSection: 'id-taken-by-other-content',
    description:
      'A webhook has the id of a stored one and other content; both are stored: ' +
      'two senders use one id, or someone tries to take over an id.',
  }),
];

export const consumerWidgets = ({ stage, consumer }: MonitoredResources): GraphWidget[] => [
  functionGraph('Consumer: function', consumer),
  graph(
    'Consumer: records',
    customMetrics(
      stage,
      'consumer',
      'RecordStored',
      'Duplicate',
      'RecordFailed',
      'PoisonEnvelope',
      'StatusConflict',
      'UnknownStatus',
    ),
    customMetrics(stage, 'consumer', 'UnrecognizedWebhook', 'OtherReading', 'RepeatedText', 'OtherContent'),
  ),
];
