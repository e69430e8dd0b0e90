import uPlot from 'uplot';
import { indexAt, isStacked, type Chart, type ShapedChart } from './chart-data';
import { axisTime, formatValue } from './chart-text';

export const plotHeight = 180;
/** Colours of series, `--chart-1` to `--chart-7` in health.css; more series begin again. */
const colors = 7;
export const colorName = (position: number): string => `--chart-${(position % colors) + 1}`;

/** Whole numbers only: there is no half message. */
const countSteps = [1, 2, 5].flatMap((digit) => Array.from({ length: 9 }, (_, power) => digit * 10 ** power));

/** Charts with this key show the same moment. */
const syncKey = 'health';
const font = '11px system-ui, sans-serif';

const cssColor =
  (name: string) =>
  (plot: uPlot): string =>
    getComputedStyle(plot.root).getPropertyValue(name).trim();

const lineOf = (chart: Chart, count: number, index: number): uPlot.Series => {
  if (!isStacked(chart)) {
    return { stroke: cssColor(colorName(index)), width: 1.75, points: { show: false } };
  }
  // The topmost layer is drawn first, and it is the last series.
  const color = cssColor(colorName(count - 1 - index));
  const paths = uPlot.paths.bars?.({ align: 1, size: [0.84, 40], radius: 0.12 });
  return { fill: color, width: 0, points: { show: false }, ...(paths === undefined ? {} : { paths }) };
};

const axesOf = ({ unit }: Chart): uPlot.Axis[] => {
  const look: uPlot.Axis = {
    stroke: cssColor('--chart-text'),
    grid: { stroke: cssColor('--chart-grid'), width: 1 },
    ticks: { show: false },
    font,
  };
  return [
    {
      ...look,
      grid: { show: false },
      size: 26,
      space: 72,
      values: (plot, times) => times.map((time) => axisTime(time, plot.scales['x'] ?? {})),
    },
    {
      ...look,
      size: 52,
      space: 36,
      ...(unit === 'count' ? { incrs: countSteps.toSorted((a, b) => a - b) } : {}),
      values: (_plot, values) => values.map((value) => formatValue(value, unit)),
    },
  ];
};

const pointedIndex = (plot: uPlot, chart: Chart, times: readonly number[]): number | null => {
  const { left = -1, idx } = plot.cursor;
  if (left < 0) return null;
  return isStacked(chart) ? indexAt(times, plot.posToVal(left, 'x')) : (idx ?? null);
};

/** @param onPoint called with the index that the pointer is at; null when the pointer leaves */
export const plotOptions = (
  chart: Chart,
  shaped: () => ShapedChart,
  width: number,
  onPoint: (index: number | null) => void,
): uPlot.Options => {
  const { series } = shaped();
  return {
    width,
    height: plotHeight,
    padding: [8, 8, 0, 0],
    // Its own legend is a table that takes no keyboard focus; the page has another.
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: !isStacked(chart), size: 7 },
      drag: { x: false, y: false },
      sync: { key: syncKey, scales: ['x', null] },
    },
    scales: {
      x: {
        range: (_plot, first, last) => [first, last + (isStacked(chart) ? shaped().stepSeconds : 0)],
      },
      y: { range: (_plot, _least, most) => [0, Math.max(chart.unit === 'ms' ? 10 : 2, most * 1.1)] },
    },
    axes: axesOf(chart),
    series: [{}, ...series.map((_, index) => lineOf(chart, series.length, index))],
    hooks: { setCursor: [(plot) => onPoint(pointedIndex(plot, chart, shaped().times))] },
  };
};
