import { createColors } from 'picocolors';
import { tableText } from '../cli/terminal/table';
import type { Sample } from './sampling';

/** One line of the printed table. */
export interface Figure {
  readonly row: string;
  readonly name: string;
  readonly value: number;
  /** Quartiles of the rounds, where there was more than one. */
  readonly spread?: readonly [number, number];
  /** `×` for a ratio. */
  readonly unit: string;
  /** Undefined for a figure that only explains another one. */
  readonly goal?: { readonly at: 'most' | 'least'; readonly bound: number } | undefined;
  /** The values behind the ratio, or what was compared. */
  readonly note?: string;
}

export const figure = (
  row: string,
  name: string,
  measured: Sample | number,
  unit: string,
  details: Pick<Figure, 'goal' | 'note'> = {},
): Figure => ({
  row,
  name,
  unit,
  ...(typeof measured === 'number'
    ? { value: measured }
    : { value: measured.median, spread: [measured.low, measured.high] }),
  ...details,
});

export const atMost = (bound: number): Figure['goal'] => ({ at: 'most', bound });
export const atLeast = (bound: number): Figure['goal'] => ({ at: 'least', bound });

export const meets = ({ value, goal }: Figure): boolean | undefined =>
  goal === undefined ? undefined : goal.at === 'most' ? value <= goal.bound : value >= goal.bound;

const digits = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

export const renderTable = (figures: readonly Figure[]): string => {
  const columns = ['row', 'figure', 'value', 'quartiles', 'goal', '', 'note'].map((head) => ({ head }));
  const rows = figures.map((entry) => {
    const { row, name, value, spread, unit, goal, note } = entry;
    const met = meets(entry);
    return [
      row,
      name,
      `${digits(value)} ${unit}`,
      spread === undefined ? '' : spread.map(digits).join('–'),
      goal === undefined ? '' : `${goal.at === 'most' ? '≤' : '≥'} ${digits(goal.bound)}`,
      met === undefined ? '' : met ? 'met' : 'MISSED',
      note ?? '',
    ];
  });
  return tableText(columns, rows, { paint: createColors(false) }, { wide: true });
};
