import { isCounted, isStacked, shownValue, type Chart, type ShapedChart } from './chart-data';
import { formatValue } from './chart-text';
import { isDashed, seriesColor } from './plot-options';

/** The names, colours and values of the series: at the pointer, else the total or the latest. */
export const ChartLegend = ({
  chart,
  shaped,
  index,
}: {
  readonly chart: Chart;
  readonly shaped: ShapedChart;
  readonly index: number | null;
}) => (
  <ul class="legend" aria-label={isCounted(chart) ? 'Totals' : 'Latest values'}>
    {shaped.series.map(({ name, values }, position) => (
      <li key={name}>
        <svg class="legend-mark" width="10" height="10" aria-hidden="true">
          <rect
            width="10"
            height={isStacked(chart) ? 10 : 3}
            y={isStacked(chart) ? 0 : 3.5}
            fill={`var(${seriesColor(position)})`}
            stroke-dasharray={isDashed(position) ? '3' : undefined}
          />
        </svg>
        <span class="legend-name">{name}</span>
        <span class="legend-value">{formatValue(shownValue(chart, values, index), chart.unit)}</span>
      </li>
    ))}
  </ul>
);
