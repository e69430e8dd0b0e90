import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Metric, Stats, type Alarm, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventTopic } from './event-topic';
import type { Stage } from '../stage/resolve-stage';
import type { AlarmSpec } from '../monitoring/alarm-spec';
import { customMetrics, functionGraph, graph, period } from '../monitoring/graphs';

const minute = Duration.minutes(1);

/** How long a change has waited in the stream. Lambda reports it only while the function reads the stream. */
const iteratorAge = ({ publisher }: EventTopic, metricPeriod: Duration): IMetric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'IteratorAge',
    dimensionsMap: { FunctionName: publisher.functionName },
    statistic: Stats.MAXIMUM,
    period: metricPeriod,
  });

export const eventTopicAlarms = (eventTopic: EventTopic): AlarmSpec[] => [
  {
    id: 'PublisherBehind',
    runbookSection: 'publisher-behind',
    description:
      'A stored event has waited for five minutes to be published: the publisher, SNS or the topic does not work. ' +
      'The stream keeps it for 24 hours.',
    metric: iteratorAge(eventTopic, minute),
    threshold: 300_000,
  },
  {
    id: 'PublisherErrors',
    runbookSection: 'publisher-fails',
    description: 'The publisher function crashed or timed out. Its batch is tried again.',
    metric: eventTopic.publisher.metricErrors({ period: Duration.minutes(5) }),
    threshold: 1,
  },
  {
    id: 'EventsNotPublished',
    runbookSection: 'events-not-published',
    description: 'An event could not be published within 24 hours. It is in the table, and no handler has seen it.',
    metric: eventTopic.failures.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: minute }),
    threshold: 1,
  },
  {
    id: 'EventsNotDelivered',
    runbookSection: 'events-not-delivered',
    description:
      'SNS could not deliver an event to a queue: the queue is gone, or its policy or key does not allow it.',
    metric: eventTopic.undelivered.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
    threshold: 1,
  },
];

export const eventTopicWidgets = (stage: Stage, eventTopic: EventTopic, alarms: readonly Alarm[]): IWidget[] => [
  new AlarmStatusWidget({ title: 'Events: alarms', alarms: [...alarms], width: 24, height: 3 }),
  functionGraph('Publisher: function', eventTopic.publisher),
  graph('Publisher: events', customMetrics(stage, 'publisher', 'EventPublished', 'PublishFailed'), [
    iteratorAge(eventTopic, period),
  ]),
];
