import type { Metrics } from '../../api';

type ChartName = Metrics['charts'][number]['name'];
type ChartSeries = Metrics['charts'][number]['series'];

const titles: Readonly<Record<ChartName, { readonly title: string; readonly unit: 'count' | 'ms' }>> = {
  webhooks: { title: 'Accepted webhooks', unit: 'count' },
  latency: { title: 'Time until the answer', unit: 'ms' },
  refused: { title: 'Refused requests', unit: 'count' },
  backlog: { title: 'Messages in queues', unit: 'count' },
};

export const charts = (series: Readonly<Record<ChartName, ChartSeries>>): Metrics['charts'] =>
  // keys widens the names to string; they are those of `titles`.
  (Object.keys(titles) as ChartName[]).map((name) => ({ name, ...titles[name], series: series[name] }));
