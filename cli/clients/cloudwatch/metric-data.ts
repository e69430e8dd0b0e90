import type { Backend } from '../ports';
import { objectsIn, textIn, type JsonObject } from '../../json-fields';
import { callCloudWatch } from './call-cloudwatch';

/** One line of a chart. */
export interface MetricQuery {
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Maximum`, `p95` and so on. */
  readonly statistic: string;
}

export interface MetricValues {
  readonly name: string;
  /** By the beginning of the step, seconds since 1970. */
  readonly values: ReadonlyMap<number, number>;
}

interface TimeSpan {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

/** In one request: CloudWatch takes 500 metrics and returns 100,800 values. */
export const readMetrics = async (
  backend: Pick<Backend, 'awsCall'>,
  queries: readonly MetricQuery[],
  { from, to, stepSeconds }: TimeSpan,
): Promise<readonly MetricValues[]> => {
  if (queries.length === 0) return [];
  const answer = await callCloudWatch(backend, 'GetMetricData', {
    StartTime: from,
    EndTime: to,
    ScanBy: 'TimestampAscending',
    MetricDataQueries: queries.map(({ namespace, metric, dimensions, statistic }, at) => ({
      Id: `m${at}`,
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: metric,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: stepSeconds,
        Stat: statistic,
      },
    })),
  });
  const results = objectsIn(answer, 'MetricDataResults');
  return queries.map(({ name }, at) => {
    const result = results.find((each) => textIn(each, 'Id') === `m${at}`) ?? {};
    return { name, values: valuesOf(result) };
  });
};

const numbersIn = (object: JsonObject, name: string): readonly number[] => {
  const list = object[name];
  return Array.isArray(list) ? list.map(Number) : [];
};

const valuesOf = (result: JsonObject): ReadonlyMap<number, number> => {
  const values = numbersIn(result, 'Values');
  return new Map(numbersIn(result, 'Timestamps').map((time, at) => [time, values[at] ?? 0]));
};
