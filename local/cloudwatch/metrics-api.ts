import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isCalledByLoopbackName,
  readBody,
  startLoopbackServer,
  type LoopbackEndpoint,
} from '../server/loopback-server';
import type { MetricStore } from './metric-store';

const target = 'GraniteServiceVersion20100801.GetMetricData';
const maxBytes = 1024 * 1024;

/** The parts of the request that are read. */
interface GetMetricData {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: {
      readonly Metric: {
        readonly Namespace: string;
        readonly MetricName: string;
        readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
      };
      readonly Period: number;
    };
  }[];
}

/**
 * CloudWatch's `GetMetricData` on 127.0.0.1: sums of the gateway's own metrics and of what API Gateway and SQS
 * count. Of the dimensions only the function (`service`) and the queue are regarded: a local gateway is one stage.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export const startMetricsApi = (store: Pick<MetricStore, 'read'>): Promise<LoopbackEndpoint> =>
  startLoopbackServer(async (request, response) => {
    try {
      await serve(store, request, response);
    } catch {
      answer(response, 400, { __type: 'ValidationException', message: 'the request is not valid' });
    }
  });

const serve = async (
  store: Pick<MetricStore, 'read'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const body = await readBody(request, maxBytes);
  if (!isCalledByLoopbackName(request) || request.headers['x-amz-target'] !== target || body === undefined) {
    answer(response, 400, { __type: 'UnknownOperationException', message: `only ${target} is emulated` });
    return;
  }
  const { StartTime, EndTime, MetricDataQueries } = JSON.parse(body.toString()) as GetMetricData;
  answer(response, 200, {
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric, Period } }) => {
      const of = Metric.Dimensions?.find(({ Name }) => Name === 'service' || Name === 'QueueName')?.Value;
      const query = { namespace: Metric.Namespace, metric: Metric.MetricName, of };
      const steps = new Map<number, number>();
      for (const [minute, value] of store.read(query, StartTime, EndTime)) {
        const step = Math.floor(minute / Period) * Period;
        steps.set(step, (steps.get(step) ?? 0) + value);
      }
      return { Id, StatusCode: 'Complete', Timestamps: [...steps.keys()], Values: [...steps.values()] };
    }),
  });
};

const answer = (response: ServerResponse, status: number, content: object): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(content));
};
