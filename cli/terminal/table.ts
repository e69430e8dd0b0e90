import Table from 'cli-table3';
import type { Colors } from 'picocolors/types';
import { clip, terminalText } from './terminal-text';

export type Cell = string | number | null;

interface Column {
  readonly head: string;
  /** Longer cells are clipped: the full text is in `show` and `--json`. */
  readonly maxCharacters?: number;
}

const cellText = (cell: Cell, maxCharacters = Infinity): string =>
  cell === null ? '-' : clip(terminalText(String(cell)), maxCharacters);

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

const renderRows = (rows: readonly (readonly string[])[], head: readonly string[]): string => {
  const table = new Table({
    ...(head.length === 0 ? {} : { head: [...head] }),
    chars: noLines,
    // The library's colours ignore NO_COLOR and pipes.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
};

/** A table for a terminal. Escapes every cell here, so that no command can forget it. */
export const tableText = (columns: readonly Column[], rows: readonly (readonly Cell[])[], paint: Colors): string =>
  renderRows(
    rows.map((row) => row.map((cell, at) => cellText(cell, columns[at]?.maxCharacters))),
    columns.map(({ head }) => paint.bold(head)),
  );

/** Names and values, one pair per line, escaped for the terminal. */
export const fieldsText = (fields: readonly (readonly [string, Cell])[], paint: Colors): string =>
  renderRows(
    fields.map(([name, value]) => [paint.bold(cellText(name)), cellText(value)]),
    [],
  );
