import { useId, useMemo, useState } from 'preact/hooks';
import type { Metrics } from '../../../../api';
import { hasContent, shapeChart, type Chart } from './chart-data';
import { ChartLegend } from './chart-legend';
import { ChartTable } from './chart-table';
import { captionOf, describeChart, momentText } from './chart-text';
import { Plot } from './plot';

/** A chart with its legend, and the same figures as a table. */
export const ChartCard = ({ metrics, chart }: { readonly metrics: Metrics; readonly chart: Chart }) => {
  const shaped = useMemo(() => shapeChart(metrics, chart), [metrics, chart]);
  const [index, setIndex] = useState<number | null>(null);
  const titleId = useId();
  const time = index === null ? undefined : shaped.times[index];

  return (
    <section class="chart" aria-labelledby={titleId}>
      <div class="chart-head">
        <h2 id={titleId}>{chart.title}</h2>
        <p class="section-note">
          {time === undefined ? captionOf(chart, shaped) : momentText(time, shaped.stepSeconds)}
        </p>
      </div>
      <ChartLegend chart={chart} shaped={shaped} index={index} />
      <div class="plot-frame" role="img" aria-label={describeChart(chart, shaped)}>
        <Plot chart={chart} shaped={shaped} onPoint={setIndex} />
        {hasContent(shaped) ? null : (
          <p class="plot-empty">
            <span>Nothing in this period</span>
          </p>
        )}
      </div>
      <ChartTable chart={chart} shaped={shaped} />
    </section>
  );
};

/** Takes the room of a chart until its figures are there. */
export const ChartPlaceholder = () => (
  <div class="chart" aria-hidden="true">
    <div class="chart-head" />
    <div class="legend" />
    <div class="plot-frame" />
    <div class="chart-table-closed" />
  </div>
);
