import type { Colors } from 'picocolors/types';
import { clip, clipMiddle, displayWidth } from '../../characters/display-width';
import type { Output } from './output';
import { fitting, gap, measure, totalOf, widthsOf, type Column, type MeasuredColumn } from './layout/columns';
import { terminalText } from './terminal-text';

export type Cell = string | number | null;
type Rows = readonly (readonly Cell[])[];

/** Where a table is printed; a command's context is one. */
export interface TableTerminal {
  readonly paint: Colors;
  /** The width of the terminal; undefined without a terminal. */
  readonly terminalColumns?: number | undefined;
}

interface TableOptions {
  /** Prints every column and every cell whole, however wide the table is. */
  readonly wide?: boolean | undefined;
}

/** The width without a terminal: a pipe, a log, a file. */
const defaultColumns = 80;

const cellText = (cell: Cell): string => (cell === null ? '-' : terminalText(String(cell)));

interface RenderedTable {
  readonly text: string;
  /** The heads of the columns for which there is no room. */
  readonly leftOut: readonly string[];
}

/** The cells of each column. */
type Cells = readonly (readonly string[])[];

const cellsOf = (columns: readonly Column[], rows: Rows, form: 'wide' | 'whole' | 'short'): Cells =>
  columns.map(({ maxCharacters = Infinity, short }, at) =>
    rows.map((row) => {
      const text = cellText(row[at] ?? null);
      if (form === 'wide') return text;
      return clip(form === 'short' && short !== undefined ? short(text) : text, maxCharacters);
    }),
  );

const measureAll = (columns: readonly Column[], cells: Cells, isLastResort: boolean): readonly MeasuredColumn[] =>
  columns.map((column, at) => measure(column, at, cells[at] ?? [], isLastResort));

/** The columns that are shown, in the form in which they fit. */
const layOut = (
  columns: readonly Column[],
  rows: Rows,
  room: number,
): { readonly cells: Cells; readonly shown: readonly MeasuredColumn[] } => {
  const whole = cellsOf(columns, rows, room === Infinity ? 'wide' : 'whole');
  const measured = measureAll(columns, whole, false);
  if (totalOf(measured, 'natural') <= room) return { cells: whole, shown: measured };
  const cells = cellsOf(columns, rows, 'short');
  const shown = fitting(measureAll(columns, cells, false), room);
  if (totalOf(shown, 'minimum') <= room) return { cells, shown };
  return { cells, shown: fitting(measureAll(columns, cells, true), room) };
};

const render = (
  columns: readonly Column[],
  rows: Rows,
  { paint, terminalColumns = defaultColumns }: TableTerminal,
  { wide = false }: TableOptions,
): RenderedTable => {
  const room = wide ? Infinity : terminalColumns;
  const { cells, shown } = layOut(columns, rows, room);
  const widths = widthsOf(shown, room);
  const line = (cellOf: (at: number) => string, style: (text: string) => string): string =>
    shown
      .map(({ at }) => {
        const width = widths.get(at) ?? 0;
        const cell = columns[at]?.keepWhole === true ? clipMiddle(cellOf(at), width) : clip(cellOf(at), width);
        return `${style(cell)}${' '.repeat(width - displayWidth(cell))}`;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const head = line((at) => columns[at]?.head ?? '', paint.bold);
  const lines = rows.map((_, row) => line((at) => cells[at]?.[row] ?? '', String));
  const shownAt = new Set(shown.map(({ at }) => at));
  return {
    text: [head, ...lines].join('\n'),
    leftOut: columns.flatMap((column, at) => (shownAt.has(at) ? [] : [column.head])),
  };
};

/** A table for a terminal. Escapes every cell here, so that no command can forget it. */
export const tableText = (
  columns: readonly Column[],
  rows: Rows,
  terminal: TableTerminal,
  options: TableOptions = {},
): string => render(columns, rows, terminal, options).text;

/** Prints a table, and says on stderr which columns had no room. */
export const printTable = (
  columns: readonly Column[],
  rows: Rows,
  context: TableTerminal & { readonly output: Output },
  options: TableOptions = {},
): void => {
  const { text, leftOut } = render(columns, rows, context, options);
  context.output.data(text);
  if (leftOut.length > 0) context.output.note(`Not shown: ${leftOut.join(', ')}. --wide shows every column.`);
};

/** Names and values, one pair per line, escaped for the terminal. Values are whole. */
export const fieldsText = (fields: readonly (readonly [string, Cell])[], paint: Colors): string => {
  const pairs = fields.map(([name, value]) => [cellText(name), cellText(value)] as const);
  const width = Math.max(0, ...pairs.map(([name]) => displayWidth(name)));
  return pairs
    .map(([name, value]) => `${paint.bold(name)}${' '.repeat(width + gap - displayWidth(name))}${value}`.trimEnd())
    .join('\n');
};

/** `2026-03-04T05:06:07.008Z` as `03-04 05:06:07`. */
export const shortTime = (time: string): string =>
  time.replace(/^\d{4}-(\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2');

/** The channels of an address have a short form: `whatsapp:+15550100001` is `wa:+15550100001`. */
export const shortAddress = (address: string): string => address.replace(/^whatsapp:/, 'wa:');
