import { isCounted, isStacked, largest, shownValue, type Chart, type ShapedChart } from './chart-data';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** `1,204`, `0.5`, `38 ms`, `1.4 s`; a dash for an unknown value. */
export const formatValue = (value: number | null, unit: Chart['unit']): string => {
  if (value === null) return '–';
  if (unit === 'count') return value < 10 ? fine.format(value) : whole.format(value);
  if (value >= 10_000) return `${whole.format(value / 1000)} s`;
  if (value >= 1000) return `${fine.format(value / 1000)} s`;
  return `${value < 10 ? fine.format(value) : whole.format(value)} ms`;
};

/** `per minute`, `per 10 seconds`, `per hour`. */
export const perBucket = (seconds: number): string => {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [length, unit] = units.find(([size]) => seconds % size === 0) ?? [1, 'second'];
  const count = seconds / length;
  return count === 1 ? `per ${unit}` : `per ${count} ${unit}s`;
};

const daySeconds = 86_400;
const hourAndMinute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const withSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndHour = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** A time of day, with its date where the axis is longer than a day. */
export const axisTime = (
  seconds: number,
  { min = 0, max = 0 }: { readonly min?: number; readonly max?: number },
): string => (max - min > daySeconds ? dayAndHour : hourAndMinute).format(seconds * 1000);

/** The moment of a bucket, as fine as the buckets are. */
export const momentText = (seconds: number, stepSeconds: number): string => {
  const format = stepSeconds < 60 ? withSeconds : stepSeconds < 3600 ? hourAndMinute : dayAndHour;
  return format.format(seconds * 1000);
};

/** The meaning of the numbers in a chart’s legend. */
export const captionOf = (chart: Chart, { stepSeconds }: ShapedChart): string => {
  if (!isCounted(chart)) return 'latest';
  return `total; ${isStacked(chart) ? 'bars ' : ''}${perBucket(stepSeconds)}`;
};

const nameAndValue = (chart: Chart, { name, values }: ShapedChart['series'][number]): string => {
  const shown = formatValue(shownValue(chart, values, null), chart.unit);
  const most = formatValue(largest(values), chart.unit);
  return isCounted(chart) ? `${name} ${shown} in all` : `${name} now ${shown}, at most ${most}`;
};

/** A chart in a sentence, for a screen reader. */
export const describeChart = (chart: Chart, shaped: ShapedChart): string =>
  shaped.series.length === 0
    ? `${chart.title}: no data.`
    : `${chart.title}: ${shaped.series.map((line) => nameAndValue(chart, line)).join('; ')}.`;

/** The rows of the table next to a chart, the newest first; times without any value are left out. */
export const tableRows = (
  chart: Chart,
  { times, series }: ShapedChart,
): readonly { readonly time: number; readonly cells: readonly string[] }[] =>
  times
    .map((time, index) => ({ time, values: series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null && value !== 0))
    .map(({ time, values }) => ({ time, cells: values.map((value) => formatValue(value, chart.unit)) }))
    .reverse();
