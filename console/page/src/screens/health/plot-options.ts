import './browser-language';
import uPlot from 'uplot';
import { indexAt, isStacked, loneValues, type Chart, type ShapedChart } from './chart-data';
import { axisTime, formatValue } from './chart-text';

export const plotHeight = 180;
/** Series colours of tokens.css; more series begin again, with a dashed line. */
const colorCount = 5;
export const seriesColor = (position: number): string => `--series-${(position % colorCount) + 1}`;
export const isDashed = (position: number): boolean => position >= colorCount;

/** Whole numbers only: there is no half message. */
const countSteps = [1, 2, 5].flatMap((digit) => Array.from({ length: 9 }, (_, power) => digit * 10 ** power));

/** Charts with this key show the same moment. */
const syncKey = 'health';
const font = '11px system-ui, sans-serif';

/** Colours by the names of their tokens, as the canvas needs them: as they are at the time of drawing. */
export type Colors = (token: string) => string;

const lineOf = (chart: Chart, shaped: () => ShapedChart, index: number, colors: Colors): uPlot.Series => {
  const count = shaped().series.length;
  if (!isStacked(chart)) {
    const stroke = (): string => colors(seriesColor(index));
    const filter = (): number[] => [...loneValues(shaped().series[index]?.values ?? [])];
    const points: uPlot.Series.Points = { show: true, size: 4, stroke, fill: stroke, filter };
    return { stroke, width: 1.75, points, ...(isDashed(index) ? { dash: [4, 3] } : {}) };
  }
  // The topmost layer is drawn first, and it is the last series.
  const fill = (): string => colors(seriesColor(count - 1 - index));
  const paths = uPlot.paths.bars?.({ align: 1, size: [0.84, 40], radius: 0.12 });
  return { fill, width: 0, points: { show: false }, ...(paths === undefined ? {} : { paths }) };
};

const axesOf = ({ unit }: Chart, colors: Colors): uPlot.Axis[] => {
  const look: uPlot.Axis = {
    stroke: () => colors('--text-muted'),
    grid: { stroke: () => colors('--line'), width: 1 },
    ticks: { show: false },
    font,
  };
  return [
    {
      ...look,
      grid: { show: false },
      size: 22,
      gap: 4,
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
  colors: Colors,
  onPoint: (index: number | null) => void,
): uPlot.Options => {
  const { series } = shaped();
  return {
    width,
    height: plotHeight,
    padding: [8, 18, 0, 0],
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
    axes: axesOf(chart, colors),
    series: [{}, ...series.map((_, index) => lineOf(chart, shaped, index, colors))],
    hooks: { setCursor: [(plot) => onPoint(pointedIndex(plot, chart, shaped().times))] },
  };
};
