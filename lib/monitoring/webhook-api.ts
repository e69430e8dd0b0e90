import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, type GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AccessLogMetrics, WebhookApi } from '../constructs/webhook-api';
import type { Stage } from '../stage/resolve-stage';
import type { AlarmSpec } from './alarm-spec';
import { graph, period } from './graphs';
import type { MonitoredResources } from './monitored-resources';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** Share of the throttle's rate, as a mean over a minute, that raises an alarm before any webhook is throttled. */
const busyShare = 0.8;

/** 4xx responses of the API minus those of its stage: requests whose URL does not contain the stage's name. */
const clientErrorsOutsideStage = ({ api, httpStage }: WebhookApi): IMetric =>
  new MathExpression({
    expression: 'FILL(ofApi, 0) - FILL(ofStage, 0)',
    usingMetrics: {
      ofApi: api.metricClientError({ period: fiveMinutes, statistic: Stats.SUM }),
      ofStage: httpStage.metricClientError({ period: fiveMinutes, statistic: Stats.SUM }),
    },
    label: 'Outside the stage',
    period: fiveMinutes,
  });

/** None for an API of yours, which has other routes and another throttle. */
export const webhookApiAlarms = ({ stage, webhookApi }: MonitoredResources): AlarmSpec[] =>
  webhookApi.accessLogMetrics === undefined ? [] : ownApiAlarms(stage, webhookApi, webhookApi.accessLogMetrics);

const ownApiAlarms = (stage: Stage, webhookApi: WebhookApi, counted: AccessLogMetrics): AlarmSpec[] => [
  {
    id: 'ServerErrors',
    runbookSection: 'webhooks-answered-5xx',
    description: 'A webhook was answered 5xx: it is lost unless Twilio retries it or a fallback URL receives it.',
    metric: webhookApi.httpStage.metricServerError({ statistic: Stats.SUM, period: minute }),
    threshold: 1,
  },
  {
    id: 'FrontDoorThrottled',
    runbookSection: 'webhooks-throttled',
    description:
      'API Gateway throttled a webhook (429): Twilio does not slow down, so the webhook may be lost. ' +
      'Raise the throttle.',
    metric: counted.throttled.with({ period: minute }),
    threshold: 1,
  },
  {
    id: 'FrontDoorBusy',
    runbookSection: 'throttle-nearly-reached',
    description:
      `Requests reached ${busyShare * 100} % of the throttle's rate for one minute: ` +
      'above the rate, webhooks are answered 429 and may be lost.',
    metric: webhookApi.httpStage.metricCount({ statistic: Stats.SUM, period: minute }),
    threshold: Math.floor(stage.throttle.rateLimit * minute.toSeconds() * busyShare),
  },
  {
    id: 'WebhooksMisdirected',
    runbookSection: 'webhooks-misdirected',
    description:
      'Ten or more requests in five minutes had an unknown path below the stage: ' +
      'a wrong URL at Twilio, whose webhooks are lost, or a scanner.',
    metric: counted.misdirected.with({ period: fiveMinutes }),
    // Scanners cause single ones. A phone number with a wrong path reaches ten with its tenth message.
    threshold: 10,
  },
  {
    id: 'StageMissed',
    runbookSection: 'urls-without-the-stage',
    description:
      'Ten or more requests in five minutes reached the API but none of its stages: ' +
      'a URL at Twilio lacks the stage, and its webhooks are lost, or a scanner.',
    metric: clientErrorsOutsideStage(webhookApi),
    threshold: 10,
  },
];

export const webhookApiWidgets = ({ webhookApi: { httpStage } }: MonitoredResources): GraphWidget[] => [
  graph(
    'HTTP API',
    [
      httpStage.metricCount({ period, statistic: Stats.SUM }),
      httpStage.metricClientError({ period, statistic: Stats.SUM }),
      httpStage.metricServerError({ period, statistic: Stats.SUM }),
    ],
    [httpStage.metricLatency({ period, statistic: Stats.percentile(99) })],
  ),
];
