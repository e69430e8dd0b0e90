import { useLayoutEffect, useRef } from 'preact/hooks';
import './browser-language';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { themeColor } from '../../shell/theme';
import { columnsOf, type Chart, type ShapedChart } from './chart-data';
import { plotOptions } from './plot-options';

interface PlotProps {
  readonly chart: Chart;
  readonly shaped: ShapedChart;
  readonly onPoint: (index: number | null) => void;
}

const schemeQuery = '(prefers-color-scheme: dark)';

/** Calls `redraw` when the colours of the page change. */
const watchTheme = (redraw: () => void): (() => void) => {
  const scheme = matchMedia(schemeQuery);
  addEventListener('themechange', redraw);
  scheme.addEventListener('change', redraw);
  return () => {
    removeEventListener('themechange', redraw);
    scheme.removeEventListener('change', redraw);
  };
};

/** Remembers colours until the theme changes: each look-up costs a calculation of styles. */
const rememberColors = () => {
  const known = new Map<string, string>();
  return {
    colors: (token: string): string => {
      const color = known.get(token) ?? themeColor(token);
      known.set(token, color);
      return color;
    },
    forget: () => known.clear(),
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
    const { colors, forget } = rememberColors();
    const options = plotOptions(
      chart,
      () => latest.current.shaped,
      element.clientWidth,
      colors,
      (index) => latest.current.onPoint(index),
    );
    const created = new uPlot(options, columnsOf(chart, latest.current.shaped), element);
    plot.current = created;
    const stopWatching = watchTheme(() => {
      forget();
      created.redraw();
    });
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
