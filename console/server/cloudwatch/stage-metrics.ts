import type { Metrics } from '../../api';
import type { Backend } from '../../../cli/clients/ports';
import { charts } from '../views/charts';
import { backlogOf, countOf, latencyOf, rejectionsOf } from './gateway-metrics';
import { readMetrics, type MetricQuery } from '../../../cli/clients/cloudwatch/metric-data';

const minute = 60;
/** A day has 288 values of five minutes. */
const stepOf = (minutes: number): number => (minutes <= 3 * 60 ? minute : 5 * minute);

/** The charts of a deployed stage, from CloudWatch. @param now milliseconds since 1970 */
export const readStageMetrics = async (
  backend: Pick<Backend, 'target' | 'awsCall'>,
  minutes: number,
  now: number,
): Promise<Metrics> => {
  const { target } = backend;
  const stepSeconds = stepOf(minutes);
  const to = Math.ceil(now / 1000 / stepSeconds) * stepSeconds;
  const from = to - Math.ceil((minutes * minute) / stepSeconds) * stepSeconds;
  const times = Array.from({ length: (to - from) / stepSeconds }, (_, at) => from + at * stepSeconds);
  /** @param empty for a step without a value: a count is not reported while nothing is counted */
  const seriesOf = async (queries: readonly MetricQuery[], empty: 0 | null) =>
    (await readMetrics(backend, queries, { from, to, stepSeconds })).map(({ name, values }) => ({
      name,
      values: times.map((time) => values.get(time) ?? empty),
    }));
  const accepted = [
    countOf(target, 'ingress', 'Accepted', 'accepted'),
    countOf(target, 'consumer', 'RecordStored', 'stored'),
  ];
  const [webhooks, latency, refused, backlog] = await Promise.all([
    seriesOf(accepted, 0),
    seriesOf(latencyOf(target), null),
    seriesOf(rejectionsOf(target), 0),
    seriesOf(backlogOf(target), null),
  ]);
  const counted = refused.filter(({ values }) => values.some((value) => value !== 0));
  return { times, stepSeconds, charts: charts({ webhooks, latency, refused: counted, backlog }) };
};
