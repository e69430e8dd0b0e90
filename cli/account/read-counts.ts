import { readMetrics, type MetricQuery } from '../clients/cloudwatch/metric-data';
import type { HandlerServiceName } from '../../lambda/shared/contract/function-names';
import { serviceDimension, stageDimension, metricNamespace } from '../../lambda/shared/contract/metric-names';
import type { AwsCall } from '../clients/aws-request';
import type { Backend } from '../clients/ports';
import type { Target } from '../target/target';
import { CliError } from '../terminal/cli-error';
import { clientRejections, serverRejections } from './account';
import type { ApiFigures } from './figures';

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
  readonly atEdges: number;
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

/** The queries of a target; a local gateway is one stage and one API, so it has no names for them. */
const queriesOf = (target: Target): readonly MetricQuery[] => {
  const isLocal = target.connection.kind === 'local';
  const own = (service: string, metric: string): MetricQuery => ({
    name: `${service} ${metric}`,
    namespace: metricNamespace,
    metric,
    dimensions: { [serviceDimension]: service, ...(isLocal ? {} : { [stageDimension]: target.stage ?? '' }) },
    statistic: 'Sum',
  });
  const api = isLocal ? {} : apiDimensions(target);
  return [
    ...ingressMetrics.map((metric) => own('ingress', metric)),
    ...consumerMetrics.map((metric) => own('consumer', metric)),
    own('fallback', 'FallbackAccepted'),
    own('fallback', 'FallbackRejected'),
    own('publisher', 'EventPublished'),
    ...(target.handlers ?? []).map(({ name }) => own(handlerService(name), 'HandlerSucceeded')),
    ...(api === undefined ? [] : ['Count', '4xx', '5xx']).map((metric) => ({
      name: `api ${metric}`,
      namespace: 'AWS/ApiGateway',
      metric,
      dimensions: { ...api },
      statistic: 'Sum',
    })),
  ];
};

/** Undefined for a stage with a custom domain, whose outputs do not name its API. */
const apiDimensions = ({ webhooks, baseUrl = '' }: Target): Readonly<Record<string, string>> | undefined => {
  const [, ApiId, Stage] =
    [webhooks.messages.postUrl, baseUrl]
      .map((url) => /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+\/([^/]+)/.exec(url))
      .find((match) => match !== null) ?? [];
  return ApiId === undefined || Stage === undefined ? undefined : { ApiId, Stage };
};

export const readCounts = async (
  backend: Pick<Backend, 'target' | 'awsCall'>,
  { from, to }: Period,
  signal: AbortSignal,
): Promise<Counts> => {
  const stepSeconds = to - from <= longestMinutes ? 60 : 3600;
  const results = await readMetrics({ awsCall: metricsCall(backend, signal) }, queriesOf(backend.target), {
    from,
    to,
    stepSeconds,
  });
  const values = new Map(results.map((result) => [result.name, result.values]));
  const sum = (name: string): number => [...(values.get(name)?.values() ?? [])].reduce((so, one) => so + one, 0);
  const first = Math.floor(from / stepSeconds) * stepSeconds;
  const last = Math.floor((to - 1) / stepSeconds) * stepSeconds;
  const atEdge = (time: number): number =>
    Math.max(
      ...['api Count', 'ingress Accepted', 'consumer RecordStored', 'consumer Duplicate'].map(
        (name) => values.get(name)?.get(time) ?? 0,
      ),
    );
  return {
    of: (service, metric) => sum(`${service} ${metric}`),
    api: values.has('api Count')
      ? { received: sum('api Count'), clientErrors: sum('api 4xx'), serverErrors: sum('api 5xx') }
      : undefined,
    // The local gateway has no delay, and its period ends in the future.
    atEdges: backend.target.connection.kind === 'local' ? atEdge(first) : atEdge(first) + atEdge(last),
  };
};
