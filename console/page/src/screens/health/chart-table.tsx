import { useState } from 'preact/hooks';
import type { Chart, ShapedChart } from './chart-data';
import { momentText, tableRows } from './chart-text';

/** The rows are rendered only while the table is open. */
export const ChartTable = ({ chart, shaped }: { readonly chart: Chart; readonly shaped: ShapedChart }) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Table<span class="visually-hidden"> of {chart.title}</span>
      </summary>
      {isOpen ? (
        <div class="chart-table-scroller" tabIndex={0} role="region" aria-label={`Table of ${chart.title}`}>
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">Time</th>
                {shaped.series.map(({ name }) => (
                  <th scope="col" class="number" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {tableRows(chart, shaped).map(({ time, cells }) => (
                <tr key={time}>
                  <th scope="row">{momentText(time, shaped.stepSeconds)}</th>
                  {cells.map((cell, index) => (
                    <td class="number" key={index}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </details>
  );
};
