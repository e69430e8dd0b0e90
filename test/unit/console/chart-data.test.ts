import type { Metrics } from '../../../console/api';
import {
  chooseBucket,
  columnsOf,
  hasContent,
  indexAt,
  loneValues,
  shapeChart,
  shownValue,
  stack,
  type Chart,
} from '../../../console/page/src/screens/health/chart-data';
import {
  captionOf,
  describeChart,
  formatValue,
  perBucket,
  tableRows,
} from '../../../console/page/src/screens/health/chart-text';

const chartOf = (name: Chart['name'], series: Chart['series'], unit: Chart['unit'] = 'count'): Chart => ({
  name,
  title: 'Webhooks',
  unit,
  series,
});

const metricsOf = (points: number, chart: Chart, stepSeconds = 10): Metrics => ({
  times: Array.from({ length: points }, (_, index) => 1_200 + index * stepSeconds),
  stepSeconds,
  charts: [chart],
});

describe('the buckets of a chart', () => {
  test.each([
    [10, 90, 10],
    [10, 360, 60],
    [10, 1080, 120],
    [10, 8640, 900],
    [60, 60, 60],
    [60, 1440, 900],
    [300, 288, 900],
    [7, 1000, 77],
  ])('of a step of %i s and %i points are %i s long', (step, points, seconds) => {
    expect(chooseBucket(step, points)).toBe(seconds);
    expect((step * points) / seconds).toBeLessThanOrEqual(96);
  });

  test('add up counts, and begin at a multiple of their length', () => {
    const ones = Array.from({ length: 180 }, () => 1);
    const chart = chartOf('webhooks', [{ name: 'messages', values: ones }]);
    const shaped = shapeChart({ ...metricsOf(180, chart), times: ones.map((_, index) => 1_210 + index * 10) }, chart);
    expect(shaped.stepSeconds).toBe(30);
    expect(shaped.times[0]).toBe(1_200);
    expect(shaped.times[1]).toBe(1_230);
    expect(shaped.series[0]?.values.slice(0, 2)).toEqual([2, 3]);
    expect(shaped.series[0]?.values.reduce((total: number, value) => total + (value ?? 0), 0)).toBe(180);
  });

  test('keep a gap where nothing is known', () => {
    const values = Array.from({ length: 120 }, (_, index) => (index < 6 ? null : 1));
    const chart = chartOf('refused', [{ name: 'signature_mismatch', values }]);
    expect(shapeChart(metricsOf(120, chart), chart).series[0]?.values.slice(0, 3)).toEqual([null, null, 3]);
  });

  test('are lines where a webhook is counted twice', () => {
    const accepted = { name: 'accepted', values: [1, 2, 3] };
    const chart = chartOf('webhooks', [accepted, { ...accepted, name: 'stored' }]);
    const shaped = shapeChart(metricsOf(3, chart), chart);
    expect(columnsOf(chart, shaped).slice(1)).toEqual([accepted.values, accepted.values]);
    expect(captionOf(chart, shaped)).toBe('total; per 10 seconds');
    expect(describeChart(chart, shaped)).toBe('Webhooks: accepted 6 in all; stored 6 in all.');
  });

  test('are not made of times and levels', () => {
    const chart = chartOf('latency', [{ name: 'p50', values: [4, null, 6] }], 'ms');
    expect(shapeChart(metricsOf(3, chart), chart)).toEqual({
      times: [1_200, 1_210, 1_220],
      stepSeconds: 10,
      series: chart.series,
    });
  });

  test('put the smallest of more than five series together', () => {
    const series = Array.from({ length: 9 }, (_, index) => ({ name: `reason ${index}`, values: [index + 1] }));
    const chart = chartOf('refused', series);
    const shaped = shapeChart(metricsOf(1, chart), chart);
    expect(shaped.series.map(({ name }) => name)).toEqual(['reason 8', 'reason 7', 'reason 6', 'reason 5', 'others']);
    expect(shaped.series.at(-1)?.values).toEqual([1 + 2 + 3 + 4 + 5]);
  });
});

describe('what is drawn', () => {
  const series = [
    { name: 'messages', values: [1, null, 3] },
    { name: 'status', values: [2, null, null] },
  ];

  test('is counts on top of each other, the topmost first', () => {
    expect(stack(series)).toEqual([
      [3, null, 3],
      [1, null, 3],
    ]);
  });

  test('is columns that begin with the times', () => {
    const chart = chartOf('backlog', series);
    expect(columnsOf(chart, shapeChart(metricsOf(3, chart), chart))).toEqual([
      [1_200, 1_210, 1_220],
      [1, null, 3],
      [2, null, null],
    ]);
  });

  test('is nothing if all values are zero or unknown', () => {
    const empty = [{ name: 'messages', values: [0, null] }];
    expect(hasContent({ times: [1, 2], stepSeconds: 1, series: empty })).toBe(false);
    expect(hasContent({ times: [1, 2, 3], stepSeconds: 1, series })).toBe(true);
  });

  test('is a dot for a value without a neighbour', () => {
    expect(loneValues([1, null, 2, 3, null, 0])).toEqual([0, 5]);
    expect(loneValues([null])).toEqual([]);
  });

  test('belongs to the bucket that the pointer is in', () => {
    expect([1, 10, 14, 20, 99].map((moment) => indexAt([10, 15, 20], moment))).toEqual([null, 0, 0, 2, 2]);
  });
});

describe('what is said about a chart', () => {
  const counts = chartOf('webhooks', [{ name: 'messages', values: [1, null, 1_203] }]);
  const times = chartOf('latency', [{ name: 'p95', values: [38, 1_400, null] }], 'ms');

  test('is the value at the pointer, else the total of counts or the latest of others', () => {
    const values = [1, 4, null];
    expect(shownValue(counts, values, 1)).toBe(4);
    expect(shownValue(counts, values, 2)).toBeNull();
    expect(shownValue(counts, values, null)).toBe(5);
    expect(shownValue(times, values, null)).toBe(4);
  });

  test.each([
    [null, 'ms', '–'],
    [4.26, 'ms', '4.3 ms'],
    [38.4, 'ms', '38 ms'],
    [1_430, 'ms', '1.4 s'],
    [12_300, 'ms', '12 s'],
    [0.5, 'count', '0.5'],
    [12_345, 'count', '12,345'],
  ] as const)('writes %p in %s as %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  test.each([
    [10, 'per 10 seconds'],
    [60, 'per minute'],
    [300, 'per 5 minutes'],
    [3600, 'per hour'],
    [10_800, 'per 3 hours'],
    [86_400, 'per day'],
  ])('calls buckets of %i s "%s"', (seconds, text) => {
    expect(perBucket(seconds)).toBe(text);
  });

  test('is a sentence for a screen reader', () => {
    expect(describeChart(counts, shapeChart(metricsOf(3, counts), counts))).toBe('Webhooks: messages 1,204 in all.');
    expect(describeChart(times, shapeChart(metricsOf(3, times), times))).toBe(
      'Webhooks: p95 now 1.4 s, at most 1.4 s.',
    );
    const none = chartOf('refused', []);
    expect(describeChart(none, shapeChart(metricsOf(3, none), none))).toBe('Webhooks: no data.');
    expect(captionOf(counts, shapeChart(metricsOf(3, counts), counts))).toBe('total; bars per 10 seconds');
  });

  test('is a table of the times with values, the newest first', () => {
    const shaped = shapeChart(metricsOf(3, counts), counts);
    expect(tableRows(counts, shaped)).toEqual([
      { time: 1_220, cells: ['1,203'] },
      { time: 1_200, cells: ['1'] },
    ]);
  });
});
