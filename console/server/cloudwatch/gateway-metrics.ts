import type { Target } from '../../../cli/target/target';
import {
  metricNamespace,
  serviceDimension,
  stageDimension,
  type MetricName,
} from '../../../lambda/shared/contract/metric-names';
import type { MetricQuery } from '../../../cli/clients/cloudwatch/metric-data';

/** The metrics of rejections, with a text for each: the page has no log of a stage. */
const rejectionMetrics: Readonly<Partial<Record<MetricName, string>>> = {
  SignatureRejected: 'signature rejected',
  BasicRejected: 'wrong user name or password',
  UnusableRequest: 'body is not base64',
  ConfigError: 'secret missing, denied or malformed',
  SecretUnavailable: 'Secrets Manager unavailable',
  EnqueueFailed: 'SQS failed',
  InternalError: 'internal error',
};

/** The sum of a metric of one function of the stage. */
export const countOf = (
  { stage = '' }: Pick<Target, 'stage'>,
  service: string,
  metric: MetricName,
  name: string = metric,
): MetricQuery => ({
  name,
  namespace: metricNamespace,
  metric,
  dimensions: { [serviceDimension]: service, [stageDimension]: stage },
  statistic: 'Sum',
});

export const rejectionsOf = (target: Pick<Target, 'stage'>): readonly MetricQuery[] =>
  Object.entries(rejectionMetrics).map(([metric, reason]) =>
    // entries widens the names to string; they are those of `rejectionMetrics`.
    countOf(target, 'ingress', metric as MetricName, reason),
  );

/** A queue's name is the last part of its URL. */
const queueName = (url: string): string => url.split('/').at(-1) ?? '';

/** How many messages wait in each queue of the stage. */
export const backlogOf = (target: Target): readonly MetricQuery[] =>
  [
    ['events', target.eventQueueUrl] as const,
    ['dead letters', target.deadLetterQueueUrl] as const,
    ...(target.handlers ?? []).map(({ name, queue }) => [name, queue] as const),
  ].map(([name, url]) => ({
    name,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queueName(url) },
    statistic: 'Maximum',
  }));

/** Time until the answer. Empty for a stage with a custom domain, whose outputs do not name its API. */
export const latencyOf = ({ webhooks, baseUrl = '' }: Target): readonly MetricQuery[] => {
  const found = [webhooks.messages.postUrl, baseUrl].map((url) =>
    /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+\/([^/]+)/.exec(url),
  );
  const [, apiId, stage] = found.find((match) => match !== null) ?? [];
  if (apiId === undefined || stage === undefined) return [];
  return ['p50', 'p95'].map((statistic) => ({
    name: statistic,
    namespace: 'AWS/ApiGateway',
    metric: 'Latency',
    dimensions: { ApiId: apiId, Stage: stage },
    statistic,
  }));
};
