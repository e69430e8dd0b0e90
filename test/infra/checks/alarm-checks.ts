import type { Check } from './checks';
import { at, list, plainId, resources } from './template';

const ownNamespace = 'TwilioWebhookGateway';

const bracketed = (dimensions: readonly string[]): string => `[${[...dimensions].sort().join(', ')}]`;

/** The logical id or the text in a dimension's value. */
const valueOf = (value: unknown): string => {
  const id = at(value, 'Ref') ?? at(value, 'Fn::GetAtt', 0);
  return typeof id === 'string' ? plainId(id) : JSON.stringify(value).replaceAll('"', '');
};

/** The metrics of an alarm, one or those of its metric math, as `AWS/SQS Name [QueueName=EventQueue]`. */
const metricsOf = (alarm: Readonly<Record<string, unknown>>): readonly string[] => {
  const read =
    alarm['Metrics'] === undefined
      ? [alarm]
      : list(alarm['Metrics']).flatMap((query) => {
          const metric = at(query, 'MetricStat', 'Metric');
          return metric === undefined ? [] : [metric];
        });
  return read.map((metric) => {
    const dimensions = list(at(metric, 'Dimensions')).map(
      (dimension) => `${String(at(dimension, 'Name'))}=${valueOf(at(dimension, 'Value'))}`,
    );
    return `${String(at(metric, 'Namespace'))} ${String(at(metric, 'MetricName'))} ${bracketed(dimensions)}`;
  });
};

const sqs = (metric: string, queue: string) => `AWS/SQS ${metric} [QueueName=${queue}]`;
const visible = 'ApproximateNumberOfMessagesVisible';
const age = 'ApproximateAgeOfOldestMessage';
const lambda = (metric: string, name: string) => `AWS/Lambda ${metric} [FunctionName=${name}Function]`;
const table = (metric: string) =>
  ['PutItem', 'UpdateItem'].map((operation) => `AWS/DynamoDB ${metric} [Operation=${operation}, TableName=EventTable]`);
const counted = (service: string, metric: string, stage: string) =>
  `${ownNamespace} ${metric} ${bracketed([`service=${service}`, `Stage=${stage}`])}`;

/** The metrics of a handler's alarms. */
const ofHandler = (name: string, stage: string): Readonly<Record<string, readonly string[]>> => ({
  [`Events${name}DeadLetters`]: [sqs(visible, `Events${name}QueuesDeadLetterQueue`)],
  [`Events${name}OldestEvent`]: [sqs(age, `Events${name}QueuesQueue`)],
  [`Events${name}Errors`]: [lambda('Errors', `Events${name}Handler`)],
  [`Events${name}HandlerFailed`]: [counted(`handler-${name}`, 'HandlerFailed', stage)],
});

/** The metrics that each alarm must have, by its construct id. */
const expectedMetrics = (stage: string): Readonly<Record<string, readonly string[]>> => {
  const ofApi = (metric: string) => `AWS/ApiGateway ${metric} [ApiId=FrontDoorApi, Stage=${stage}]`;
  const ofLog = (metric: string) => `${ownNamespace} ${metric} [Stage=${stage}]`;
  const own = (service: string, ...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, [counted(service, name, stage)]]));
  return {
    DeadLetters: [sqs(visible, 'EventQueueDeadLetterQueue')],
    OldestMessage: [sqs(age, 'EventQueue')],
    TableThrottled: table('ThrottledRequests'),
    TableSystemErrors: table('SystemErrors'),
    ServerErrors: [ofApi('5xx')],
    FrontDoorBusy: [ofApi('Count')],
    StageMissed: ['AWS/ApiGateway 4xx [ApiId=FrontDoorApi]', ofApi('4xx')],
    FrontDoorThrottled: [ofLog('FrontDoorThrottled')],
    WebhooksMisdirected: [ofLog('FrontDoorMisdirected')],
    IngressErrors: [lambda('Errors', 'Ingress')],
    IngressThrottles: [lambda('Throttles', 'Ingress')],
    IngressSlow: [lambda('Duration', 'Ingress')],
    ConsumerErrors: [lambda('Errors', 'Consumer')],
    ConsumerThrottles: [lambda('Throttles', 'Consumer')],
    Silence: [counted('ingress', 'Accepted', stage)],
    ...own('ingress', 'SignatureRejected', 'BasicRejected', 'ConfigError', 'SecretUnavailable'),
    ...own('ingress', 'StaleSecretUsed', 'EnqueueFailed', 'UnusableRequest', 'InternalError'),
    ...own('consumer', 'RecordFailed', 'PoisonEnvelope', 'UnrecognizedWebhook', 'OtherReading', 'OtherContent'),
    BasicUnanswered: ['Accepted', 'BasicChallenge', 'BasicRejected', 'SignatureRejected'].map((name) =>
      counted('ingress', name, stage),
    ),
    ...own('breaker', 'BreakerTripped', 'BreakerWouldTrip', 'BreakerFailed', 'BreakerRefused'),
    ...own('breaker', 'BreakerSuppressed', 'BreakerDrill'),
    BreakerConfigError: [counted('breaker', 'ConfigError', stage)],
    ...own('reconciler', 'MissedWebhooks', 'ReconciliationLag'),
    ReconcilerConfigError: [counted('reconciler', 'ConfigError', stage)],
    ReconcilerErrors: [lambda('Errors', 'ReconciliationReconciler')],
    ...own('canary', 'CanarySucceeded'),
    BreakerErrors: [lambda('Errors', 'Breaker')],
    BreakerThrottles: [lambda('Throttles', 'Breaker')],
    BreakerDeadLetters: [sqs(visible, 'BreakerQueuesDeadLetterQueue')],
    ...own('fallback', 'FallbackAccepted', 'FallbackRejected', 'FallbackFailed'),
    FallbackErrors: [lambda('Errors', 'FallbackLaneVerifier')],
    FallbackDeadLetters: [sqs(visible, 'FallbackLaneQueuesDeadLetterQueue')],
    FallbackOldestMessage: [sqs(age, 'FallbackLaneQueuesQueue')],
    FallbackRegionNotDrained: [counted('drain', 'DrainSucceeded', stage)],
    ReplyWithReplyFallback: [counted('ingress', 'ReplyFallback', stage)],
    EventsPublisherBehind: [lambda('IteratorAge', 'EventsEventTopicPublisher')],
    EventsPublisherErrors: [lambda('Errors', 'EventsEventTopicPublisher')],
    EventsEventsNotDelivered: [sqs(visible, 'EventsEventTopicUndelivered')],
    EventsEventsNotPublished: [sqs(visible, 'EventsEventTopicFailures')],
    ...ofHandler('Replies', stage),
    ...ofHandler('Delivery', stage),
    BreakerUndecided: [visible, 'ApproximateNumberOfMessagesNotVisible'].map((metric) =>
      sqs(metric, 'BreakerQueuesQueue'),
    ),
  };
};

/**
 * An alarm on the wrong queue or function never goes off, so its dimensions must be those of the resource in its name.
 */
const alarmsWatchTheirResource: Check = ({ template, stageName }) => {
  const expected = expectedMetrics(stageName);
  return resources(template, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties }]) => {
    const name = plainId(id).replace(/(?<=^(?:Events\w*|ReplyWith)?)Alarms/, '');
    const metrics = [...metricsOf(Properties)].sort();
    const isExpected = metrics.length > 0 && metrics.join() === [...(expected[name] ?? [])].sort().join();
    return isExpected ? [] : [`${id} reads ${metrics.join(' and ') || 'nothing'}`];
  });
};

export const alarmChecks = {
  'every alarm watches the resource in its name': alarmsWatchTheirResource,
} satisfies Record<string, Check>;
