import type { Metrics } from '../../api';
import type { ConsoleParts } from '../console-parts';
import { readStageMetrics } from '../cloudwatch/stage-metrics';
import type { GatewayMonitor, Series } from '../../../local/monitor/gateway-monitor';
import { wholeNumber } from '../http/query';
import { json, read, type Route } from '../http/route';
import { charts } from '../views/charts';

const dayMinutes = 24 * 60;
const pointsInChart = 300;
/** Steps are joined to half a minute, a minute or five, which begin at round times. */
const joinedSteps = [1, 3, 6, 30] as const;

/** Throughput, latency, rejections and backlog over time. */
export const metricRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read('/api/metrics', async ({ query }) => {
    const minutes = wholeNumber(query, 'minutes', { least: 1, most: dayMinutes, otherwise: 60 });
    const { monitor, backend, context } = gateway;
    return json(
      monitor === undefined
        ? await readStageMetrics(await backend(), minutes, context.now().getTime())
        : localMetrics(monitor, minutes),
    );
  }),
];

/** Joins steps, so that a day has about as many points as an hour. */
const localMetrics = (monitor: GatewayMonitor, minutes: number): Metrics => {
  const { times, stepSeconds, ...found } = monitor.series(minutes);
  const joined = joinedSteps.find((steps) => times.length / steps <= pointsInChart) ?? 30;
  const first = Math.max(
    0,
    times.findIndex((time) => time % (stepSeconds * joined) === 0),
  );
  const sum = joinBy(first, joined, (values) => values.reduce((total, value) => total + value, 0));
  const most = joinBy(first, joined, (values) => Math.max(...values));
  return {
    times: times.filter((_, at) => at >= first && (at - first) % joined === 0),
    stepSeconds: stepSeconds * joined,
    charts: charts({
      webhooks: found.webhooks.map(sum),
      latency: found.latency.map(most),
      refused: found.refused.map(sum),
      backlog: found.backlog.map(most),
    }),
  };
};

/** @param join gets the values of some steps that are known: one at least */
const joinBy =
  (first: number, size: number, join: (values: readonly number[]) => number) =>
  ({ name, values }: Series): Series => ({
    name,
    values: Array.from({ length: Math.ceil((values.length - first) / size) }, (_, at) => {
      const known = values.slice(first + at * size, first + (at + 1) * size).filter((value) => value !== null);
      return known.length === 0 ? null : join(known);
    }),
  });
