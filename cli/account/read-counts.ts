import { readMetrics, type MetricQuery } from '../clients/cloudwatch/metric-data';
import type { HandlerServiceName } from '../../lambda/shared/contract/function-names';
import type { HandlerQueues } from '../../lambda/shared/contract/stack-outputs';
import { serviceDimension, stageDimension, metricNamespace } from '../../lambda/shared/contract/metric-names';
import type { AwsCall } from '../clients/aws-request';
import type { Backend } from '../clients/ports';
import type { Target } from '../target/target';
import { CliError } from '../terminal/cli-error';
import type { ApiFigures } from './figures';
import { findApi, type ApiDimensions } from './find-api';
import { clientRejections, serverRejections } from './rejections';

export interface Period {
  /** Seconds since 1970, whole minutes. */
  readonly from: number;
  readonly to: number;
}

/** What functions and the HTTP API have counted. */
export interface Counts {
  /** The sum of a metric. */
  readonly of: (service: string, metric: string) => number;
  readonly api: ApiFigures | undefined;
  /** How many messages SQS took for a queue. */
  readonly sentTo: (queueUrl: string) => number;
  readonly atEdges: number;
  /** The events that were sent to a handler or handled at the edges of the period. */
  readonly atEdgesOf: (handler: HandlerQueues) => number;
}

const ingressMetrics = ['Accepted', 'CanaryAccepted', ...clientRejections, ...serverRejections];
const consumerMetrics = [
  'RecordStored',
  'Duplicate',
  'Redelivered',
  'OtherReading',
  'UnrecognizedWebhook',
  'BackfillReceived',
];

const handlerMetrics = ['HandlerSucceeded', 'HandlerDuplicate', 'HandlerFailed', 'HandlerDeadLettered'];

export const handlerService = (name: string): HandlerServiceName => `handler-${name}`;

const timeoutMs = 20_000;
/** CloudWatch returns 100,800 values at a time, and keeps values of a minute for 15 days. */
const longestMinutes = 2 * 86_400;

/** The local gateway's emulation of CloudWatch needs no signature. */
const localCall =
  (endpoint: string, signal: AbortSignal): AwsCall =>
  async (_service, action, input) => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': action },
      body: JSON.stringify(input),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: answer.status, body: await answer.text() };
  };

/** CloudWatch of the stage, or the local gateway's emulation of it. */
export const metricsCall = ({ target, awsCall }: Pick<Backend, 'target' | 'awsCall'>, signal: AbortSignal): AwsCall => {
  if (awsCall !== undefined) return awsCall;
  const { connection } = target;
  if (connection.kind === 'local' && connection.endpoints.monitoring !== undefined) {
    return localCall(connection.endpoints.monitoring, signal);
  }
  throw new CliError(`${target.name} has no metrics. Restart it with this version.`);
};

/** A queue is named in the last part of its URL. */
const sentName = (queueUrl: string): string => `sent ${queueUrl.split('/').at(-1) ?? ''}`;

/** The queries of a target; a local gateway is one stage and one API, so it has no names for them. */
const queriesOf = (target: Target, api: ApiDimensions | undefined): readonly MetricQuery[] => {
  const isLocal = target.connection.kind === 'local';
  const own = (service: string, metric: string): MetricQuery => ({
    name: `${service} ${metric}`,
    namespace: metricNamespace,
    metric,
    dimensions: { [serviceDimension]: service, ...(isLocal ? {} : { [stageDimension]: target.stage ?? '' }) },
    statistic: 'Sum',
  });
  return [
    ...ingressMetrics.map((metric) => own('ingress', metric)),
    ...consumerMetrics.map((metric) => own('consumer', metric)),
    own('fallback', 'FallbackAccepted'),
    own('fallback', 'FallbackRejected'),
    own('fallback', 'CanaryAccepted'),
    own('publisher', 'EventPublished'),
    ...(target.handlers ?? []).flatMap(({ name, queue }) => [
      ...handlerMetrics.map((metric) => own(handlerService(name), metric)),
      {
        name: sentName(queue),
        namespace: 'AWS/SQS',
        metric: 'NumberOfMessagesSent',
        dimensions: { QueueName: queue.split('/').at(-1) ?? '' },
        statistic: 'Sum',
      },
    ]),
    ...(api === undefined ? [] : ['Count', '4xx', '5xx']).map((metric) => ({
      name: `api ${metric}`,
      namespace: 'AWS/ApiGateway',
      metric,
      dimensions: { ...api },
      statistic: 'Sum',
    })),
  ];
};

export const readCounts = async (
  backend: Pick<Backend, 'target' | 'awsCall' | 'aws'>,
  { from, to }: Period,
  signal: AbortSignal,
): Promise<Counts> => {
  const stepSeconds = to - from <= longestMinutes ? 60 : 3600;
  const api = await findApi(backend);
  const results = await readMetrics({ awsCall: metricsCall(backend, signal) }, queriesOf(backend.target, api), {
    from,
    to,
    stepSeconds,
  });
  const values = new Map(results.map((result) => [result.name, result.values]));
  const sum = (name: string): number => [...(values.get(name)?.values() ?? [])].reduce((so, one) => so + one, 0);
  const first = Math.floor(from / stepSeconds) * stepSeconds;
  const last = Math.floor((to - 1) / stepSeconds) * stepSeconds;
  // The local gateway has no delay, and its period ends in the future.
  const edges = backend.target.connection.kind === 'local' ? [first] : [first, last];
  const atEdges = (names: readonly string[]): number =>
    edges.reduce((so, time) => so + Math.max(...names.map((name) => values.get(name)?.get(time) ?? 0)), 0);
  return {
    of: (service, metric) => sum(`${service} ${metric}`),
    api: values.has('api Count')
      ? { received: sum('api Count'), clientErrors: sum('api 4xx'), serverErrors: sum('api 5xx') }
      : undefined,
    sentTo: (queueUrl) => sum(sentName(queueUrl)),
    atEdges: atEdges(['api Count', 'ingress Accepted', 'consumer RecordStored', 'consumer Duplicate']),
    atEdgesOf: ({ name, queue }) => atEdges([sentName(queue), `${handlerService(name)} HandlerSucceeded`]),
  };
};
