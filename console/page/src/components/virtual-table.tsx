import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { windowRows } from '../text/window-rows';

export interface VirtualTableProps<Row> {
  /** The name of the table. */
  readonly label: string;
  /** The titles of the columns, and the class of each column's cells. */
  readonly columns: readonly { readonly title: string; readonly class: string }[];
  readonly rows: readonly Row[];
  readonly rowHeight: number;
  /** How many rows there are in all; -1 if more can be loaded. */
  readonly total?: number;
  readonly keyOf: (row: Row) => string;
  /** The content of each cell, in the order of the columns. A module's function: it is called when a row appears. */
  readonly cells: (row: Row, isTabStop: boolean) => readonly ComponentChildren[];
  readonly rowClass?: (row: Row) => string;
  /** The key of the row that Tab reaches. */
  readonly tabStop?: string | null;
  /** Where the table was scrolled to when it was shown before. */
  readonly initialTop?: number;
  readonly onScroll?: (scrollTop: number) => void;
  /** The last rows are about to be seen. */
  readonly onNearEnd?: () => void;
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Shown after the last row. */
  readonly footer?: ComponentChildren;
}

const VirtualRow = <Row,>({
  row,
  at,
  isTabStop,
  table,
}: {
  readonly row: Row;
  readonly at: number;
  readonly isTabStop: boolean;
  readonly table: VirtualTableProps<Row>;
}) => {
  const { cells, columns, rowClass, rowHeight } = table;
  const content = useMemo(
    () =>
      cells(row, isTabStop).map((cell, column) => (
        <div role="cell" key={column} class={`cell ${columns[column]?.class ?? ''}`}>
          {cell}
        </div>
      )),
    [row, isTabStop, cells, columns],
  );
  const style = { transform: `translateY(${at * rowHeight}px)`, height: `${rowHeight}px` };
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      data-tab-stop={isTabStop}
      data-key={table.keyOf(row)}
      class={`row ${rowClass?.(row) ?? ''}`}
      style={style}
    >
      {content}
    </div>
  );
};

/** A table of many rows of one height, of which only those in sight are rendered. It scrolls in its own box. */
export const VirtualTable = <Row,>(props: VirtualTableProps<Row>) => {
  const { label, columns, rows, rowHeight, total = rows.length, keyOf, tabStop } = props;
  const { initialTop = 0, onScroll, onNearEnd, scroller, footer } = props;
  const [view, setView] = useState({ top: initialTop, height: innerHeight });
  const frame = useRef(0);

  const read = (): void => {
    frame.current = 0;
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop: top, clientHeight: height } = element;
    setView((before) =>
      Math.floor(before.top / rowHeight) === Math.floor(top / rowHeight) && before.height === height
        ? before
        : { top, height },
    );
  };
  const latestRead = useRef(read);
  latestRead.current = read;
  const readSoon = (): void => {
    if (frame.current === 0) frame.current = requestAnimationFrame(() => latestRead.current());
    onScroll?.(scroller.current?.scrollTop ?? 0);
  };

  useLayoutEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = initialTop;
  }, [scroller]);
  useLayoutEffect(() => {
    latestRead.current();
    const observer = new ResizeObserver(() => latestRead.current());
    if (scroller.current !== null) observer.observe(scroller.current);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame.current);
    };
  }, [rowHeight, scroller]);

  const { start, end } = windowRows(view.top, view.height, rowHeight, rows.length);
  const isNearEnd = end >= rows.length;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, rows.length, onNearEnd]);

  return (
    <div class="table-scroller" ref={scroller} onScroll={readSoon}>
      <div class="table" role="table" aria-label={label} aria-rowcount={total < 0 ? -1 : total + 1}>
        <div role="rowgroup" class="table-head">
          <div role="row" aria-rowindex={1} class="row row-head">
            {columns.map((column) => (
              <div role="columnheader" key={column.title} class={`cell ${column.class}`}>
                {column.title}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" class="table-body" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(start, end).map((row, index) => {
            const key = keyOf(row);
            return <VirtualRow key={key} row={row} at={start + index} isTabStop={key === tabStop} table={props} />;
          })}
        </div>
      </div>
      {footer}
    </div>
  );
};
