import { useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { columnsOf, type Chart, type ShapedChart } from './chart-data';
import { plotOptions } from './plot-options';

interface PlotProps {
  readonly chart: Chart;
  readonly shaped: ShapedChart;
  readonly onPoint: (index: number | null) => void;
}

/** Calls `redraw` when the colours of the page change. */
const watchTheme = (redraw: () => void): (() => void) => {
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(redraw);
  observer.observe(document.documentElement, { attributes: true });
  scheme.addEventListener('change', redraw);
  return () => {
    observer.disconnect();
    scheme.removeEventListener('change', redraw);
  };
};

/** A chart on a canvas. The canvas is hidden from screen readers, which get a sentence and a table. */
export const Plot = ({ chart, shaped, onPoint }: PlotProps) => {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // The plot outlives a render: it reads the newest of both.
  const latest = useRef({ shaped, onPoint });
  latest.current = { shaped, onPoint };
  const names = shaped.series.map(({ name }) => name).join('\n');

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const options = plotOptions(
      chart,
      () => latest.current.shaped,
      element.clientWidth,
      (index) => latest.current.onPoint(index),
    );
    const created = new uPlot(options, columnsOf(chart, latest.current.shaped), element);
    plot.current = created;
    const stopWatching = watchTheme(() => created.redraw());
    const resized = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height: options.height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      stopWatching();
      created.destroy();
      plot.current = null;
    };
    // Another series needs another plot; new values do not.
  }, [chart.name, names]);

  useLayoutEffect(() => {
    plot.current?.setData(columnsOf(chart, shaped));
  }, [shaped]);

  return <div ref={box} class="plot" aria-hidden="true" />;
};
