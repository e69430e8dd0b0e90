import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  MathExpression,
  Stats,
  TreatMissingData,
  type GraphWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Stage } from '../stage/resolve-stage';
import type { AlarmSpec } from './alarm-spec';
import { customMetric, customMetricAlarm } from './custom-metric';
import { customMetrics, functionGraph, graph } from './graphs';
import type { MonitoredResources } from './monitored-resources';

const minute = Duration.minutes(1);
const quarterHour = Duration.minutes(15);

export const ingressAlarms = ({ stage, ingress }: MonitoredResources): AlarmSpec[] => [
  ...functionAlarms(ingress),
  ...rejectionAlarms(stage),
  ...errorAlarms(stage),
  ...silenceAlarm(stage),
];

const functionAlarms = (ingress: Function): AlarmSpec[] => [
  {
    id: 'IngressErrors',
    runbookSection: 'ingress-fails',
    description: 'The ingress function crashed or timed out: the webhook was answered 5xx.',
    metric: ingress.metricErrors({ period: minute }),
    threshold: 1,
  },
  {
    id: 'IngressThrottles',
    runbookSection: 'ingress-throttled',
    description: 'Lambda throttled the ingress function: the account has no concurrency left.',
    metric: ingress.metricThrottles({ period: minute }),
    threshold: 1,
  },
  {
    id: 'IngressSlow',
    runbookSection: 'ingress-slow',
    description:
      'One in a hundred webhooks takes 2.5 seconds or more; ingress gives up after 4.1 seconds, ' +
      'Event Streams after 5.',
    metric: ingress.metricDuration({ statistic: Stats.percentile(99), period: minute }),
    // Well below the 4.1 s after which ingress itself answers 503.
    threshold: 2_500,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  },
];

const rejectionAlarms = (stage: Stage): AlarmSpec[] => [
  customMetricAlarm(stage, 'ingress', 'SignatureRejected', {
    runbookSection: 'signatures-rejected',
    description:
      'Ten or more requests in five minutes had no valid Twilio signature: ' +
      'an attack, or a wrong URL or token that rejects genuine webhooks.',
    // Scanners cause single ones. A wrong URL or token rejects everything and reaches ten within minutes.
    threshold: 10,
  }),
  ...(stage.basicAuth === undefined ? [] : basicAuthAlarms(stage)),
];

const basicAuthAlarms = (stage: Stage): AlarmSpec[] => [
  customMetricAlarm(stage, 'ingress', 'BasicRejected', {
    runbookSection: 'basic-credentials-rejected',
    description:
      'Ten or more requests in five minutes had a wrong user name or password: ' +
      'an attack, or credentials that differ between Twilio and the secret.',
    threshold: 10,
  }),
  {
    id: 'BasicUnanswered',
    runbookSection: 'challenges-never-answered',
    description:
      'Requests were challenged for a user name and password, and none came with them in 15 minutes: ' +
      'if the challenge does not reach Twilio, every webhook is lost.',
    metric: unansweredChallenges(stage),
    threshold: 1,
  },
];

/** The number of challenges in a quarter of an hour without a single request that had credentials; otherwise 0. */
const unansweredChallenges = (stage: Stage): IMetric => {
  const usingMetrics = {
    challenges: customMetric(stage, 'ingress', 'BasicChallenge', quarterHour),
    // Requests with the right credentials are accepted, or rejected for their signature.
    accepted: customMetric(stage, 'ingress', 'Accepted', quarterHour),
    wrong: customMetric(stage, 'ingress', 'BasicRejected', quarterHour),
    unsigned: customMetric(stage, 'ingress', 'SignatureRejected', quarterHour),
  };
  const withCredentials = ['accepted', 'wrong', 'unsigned'].map((id) => `FILL(${id}, 0)`).join(' + ');
  return new MathExpression({
    expression: `IF((${withCredentials}) == 0, FILL(challenges, 0), 0)`,
    usingMetrics,
    label: 'Unanswered challenges',
    period: quarterHour,
  });
};

const errorAlarms = (stage: Stage): AlarmSpec[] => [
  customMetricAlarm(stage, 'ingress', 'ConfigError', {
    runbookSection: 'credentials-not-usable',
    description:
      'A webhook was answered 500 because an account secret is missing, denied, malformed or still the placeholder.',
  }),
  customMetricAlarm(stage, 'ingress', 'SecretUnavailable', {
    runbookSection: 'secrets-manager-not-reachable',
    description: 'A webhook was answered 503 because Secrets Manager did not answer and no token was cached.',
  }),
  customMetricAlarm(stage, 'ingress', 'StaleSecretUsed', {
    runbookSection: 'stale-secret-used',
    description:
      'Secrets Manager fails, so webhooks are verified with a cached token that should have been read again; ' +
      'this works for a day at most.',
  }),
  customMetricAlarm(stage, 'ingress', 'EnqueueFailed', {
    runbookSection: 'webhook-not-enqueued',
    description:
      'A genuine webhook could not be sent to the queue and was answered 5xx: it is lost unless Twilio retries it.',
  }),
  customMetricAlarm(stage, 'ingress', 'UnusableRequest', {
    runbookSection: 'malformed-event',
    description:
      'API Gateway invoked ingress with a malformed event, which was answered 400: a change at AWS, or a bug.',
  }),
  customMetricAlarm(stage, 'ingress', 'InternalError', {
    runbookSection: 'ingress-internal-error',
    description: 'Ingress met an unexpected error and answered 500: a bug, or a permission that the function lacks.',
  }),
];

/**
 * Only if the stage asks for it, because a stage may be quiet for days. A new stage is in alarm until its first
 * webhook: CloudWatch treats the hours before the first deployment as silence.
 */
const silenceAlarm = (stage: Stage): AlarmSpec[] =>
  stage.silenceAlarmHours === undefined
    ? []
    : [
        {
          id: 'Silence',
          runbookSection: 'no-webhook-accepted',
          description:
            `No webhook was accepted for ${stage.silenceAlarmHours} hours: Twilio does not reach the gateway, ` +
            'every request is rejected, or the stage is new.',
          metric: customMetric(stage, 'ingress', 'Accepted', Duration.hours(1)),
          threshold: 1,
          comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          evaluationPeriods: stage.silenceAlarmHours,
          treatMissingData: TreatMissingData.BREACHING,
        },
      ];

export const ingressWidgets = ({ stage, ingress }: MonitoredResources): GraphWidget[] => [
  graph('Ingress: accepted and rejected', [
    ...customMetrics(stage, 'ingress', 'Accepted', 'SignatureRejected', 'UnusableRequest'),
    ...(stage.basicAuth === undefined ? [] : customMetrics(stage, 'ingress', 'BasicChallenge', 'BasicRejected')),
  ]),
  graph(
    'Ingress: errors',
    customMetrics(
      stage,
      'ingress',
      'ConfigError',
      'SecretUnavailable',
      'StaleSecretUsed',
      'EnqueueFailed',
      'InternalError',
    ),
  ),
  functionGraph('Ingress: function', ingress),
];
