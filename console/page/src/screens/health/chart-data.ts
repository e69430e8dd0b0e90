import type { Metrics } from '../../../../api';

export type Chart = Metrics['charts'][number];
type Values = readonly (number | null)[];

/** A chart in the form that it is drawn in. */
export interface ShapedChart {
  /** Seconds since 1970: the beginning of each bucket. */
  readonly times: readonly number[];
  readonly stepSeconds: number;
  readonly series: readonly { readonly name: string; readonly values: Values }[];
}

/** More bars than this are too narrow to point at. */
const maxBars = 96;
const bucketSeconds = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 10_800, 86_400] as const;

/** Whether the values are counts, which can be added up, rather than durations or levels. */
export const isCounted = ({ name }: Chart): boolean => name === 'webhooks' || name === 'refused';

/** A stage counts a webhook twice: when it is accepted and when it is stored. */
const countsTwice = ({ series }: Chart): boolean => series.some(({ name }) => name === 'stored');

/** Counts are drawn as bars on top of each other if they are parts of a whole, else everything is drawn as lines. */
export const isStacked = (chart: Chart): boolean => isCounted(chart) && !countsTwice(chart);

/** The smallest bucket that is a multiple of the step and gives few enough bars. */
export const chooseBucket = (stepSeconds: number, points: number): number => {
  const fits = (seconds: number): boolean => seconds % stepSeconds === 0 && (points * stepSeconds) / seconds <= maxBars;
  return bucketSeconds.find(fits) ?? stepSeconds * Math.max(1, Math.ceil(points / maxBars));
};

/** Null only if every value is unknown. */
const sum = (values: Values): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
};

/** More colours than this cannot be told apart. */
const maxLayers = 5;

/** The largest series, and the sum of the others as one more. */
const mergeSmallest = (series: ShapedChart['series']): ShapedChart['series'] => {
  if (series.length <= maxLayers) return series;
  const ranked = [...series].sort((a, b) => (sum(b.values) ?? 0) - (sum(a.values) ?? 0));
  const others = ranked.slice(maxLayers - 1).map(({ values }) => values);
  const [first = []] = others;
  const values = first.map((_, index) => sum(others.map((column) => column[index] ?? null)));
  return [...ranked.slice(0, maxLayers - 1), { name: 'others', values }];
};

/** Counts, added up in buckets that begin at a multiple of their length. */
const inBuckets = (metrics: Metrics, chart: Chart): ShapedChart => {
  const stepSeconds = chooseBucket(metrics.stepSeconds, metrics.times.length);
  const members = new Map<number, number[]>();
  for (const [index, time] of metrics.times.entries()) {
    const start = Math.floor(time / stepSeconds) * stepSeconds;
    const indexes = members.get(start);
    if (indexes === undefined) members.set(start, [index]);
    else indexes.push(index);
  }
  const sums = (values: Values): Values =>
    [...members.values()].map((indexes) => sum(indexes.map((index) => values[index] ?? null)));
  return {
    times: [...members.keys()],
    stepSeconds,
    series: mergeSmallest(chart.series.map(({ name, values }) => ({ name, values: sums(values) }))),
  };
};

export const shapeChart = (metrics: Metrics, chart: Chart): ShapedChart =>
  isCounted(chart)
    ? inBuckets(metrics, chart)
    : { times: metrics.times, stepSeconds: metrics.stepSeconds, series: chart.series };

/**
 * Each series on top of the ones before it, the topmost first: drawn in this order, each bar covers the lower part of
 * the one before, and what remains visible is its own share.
 */
export const stack = (series: ShapedChart['series']): readonly Values[] => {
  const layers: Values[] = [];
  for (const { values } of series) {
    const below = layers.at(-1);
    layers.push(below === undefined ? values : values.map((value, index) => sum([value, below[index] ?? null])));
  }
  return layers.toReversed();
};

/** The columns that uPlot draws: times, then one for each line or layer. */
export const columnsOf = (chart: Chart, { times, series }: ShapedChart): [number[], ...(number | null)[][]] => {
  const values = isStacked(chart) ? stack(series) : series.map((line) => line.values);
  return [[...times], ...values.map((column) => [...column])];
};

/** The bucket that a moment is in; null before the first. */
export const indexAt = (times: readonly number[], moment: number): number | null => {
  const index = times.findLastIndex((time) => time <= moment);
  return index < 0 ? null : index;
};

/** Values without a known neighbour: no line can be drawn to them, so they are drawn as dots. */
export const loneValues = (values: Values): readonly number[] =>
  values.flatMap((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? [index] : [],
  );

/** Whether anything is known that is not zero. */
export const hasContent = ({ series }: ShapedChart): boolean =>
  series.some(({ values }) => values.some((value) => value !== null && value !== 0));

/** The number next to a series: that of the bucket at the pointer, else the total of counts or the latest value. */
export const shownValue = (chart: Chart, values: Values, index: number | null): number | null => {
  if (index !== null) return values[index] ?? null;
  return isCounted(chart) ? sum(values) : (values.findLast((value) => value !== null) ?? null);
};

export const largest = (values: Values): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((most, value) => Math.max(most, value));
};
