import { displayWidth } from '../../../characters/display-width';

export interface Column {
  readonly head: string;
  /** A column with a priority is left out where there is no room: the highest number first. */
  readonly priority?: number;
  /** Longer cells are clipped on a terminal of any width: the full text is in `show`, `--json` and `--wide`. */
  readonly maxCharacters?: number;
  /** A text is not clipped further than this; another column is left out instead. Default: 12. */
  readonly minCharacters?: number;
  /** Never clipped: a SID, an id, a time. */
  readonly keepWhole?: boolean;
  /** A shorter form of a cell, for a table that is too wide otherwise. */
  readonly short?: (cell: string) => string;
}

/** A column and how wide its cells are: as they are, and at least. */
export interface MeasuredColumn {
  readonly at: number;
  readonly priority: number | undefined;
  readonly natural: number;
  readonly minimum: number;
}

/** Columns between two columns. */
export const gap = 2;

/** The fewest columns in which a clipped text is still readable. */
const clippedText = 12;

/** A SID in its short form, `SM012…cdef`: the last resort in a terminal that is narrower than the SID. */
const clippedSid = 10;

export const measure = (
  { head, keepWhole, priority, minCharacters = clippedText }: Column,
  at: number,
  cells: readonly string[],
  isLastResort: boolean,
): MeasuredColumn => {
  const headWidth = displayWidth(head);
  const natural = cells.reduce((width, cell) => Math.max(width, displayWidth(cell)), headWidth);
  const clipped = isLastResort ? clippedSid : minCharacters;
  const isWhole = keepWhole === true && !isLastResort;
  return { at, priority, natural, minimum: isWhole ? natural : Math.min(natural, Math.max(headWidth, clipped)) };
};

/** The width of a table with these columns. */
export const totalOf = (columns: readonly MeasuredColumn[], width: 'natural' | 'minimum'): number =>
  columns.reduce((total, column) => total + column[width] + gap, -gap);

/** The columns that fit, in their order. Those without a priority stay, even if they do not fit. */
export const fitting = (columns: readonly MeasuredColumn[], room: number): readonly MeasuredColumn[] => {
  let kept = columns;
  while (totalOf(kept, 'minimum') > room) {
    const last = kept.filter(isDroppable).toSorted((a, b) => b.priority - a.priority || b.at - a.at)[0];
    if (last === undefined) return kept;
    kept = kept.filter((column) => column !== last);
  }
  return kept;
};

const isDroppable = (column: MeasuredColumn): column is MeasuredColumn & { readonly priority: number } =>
  column.priority !== undefined;

/** The width of each column: its minimum, and an equal share of the room that is left, as far as it needs it. */
export const widthsOf = (columns: readonly MeasuredColumn[], room: number): ReadonlyMap<number, number> => {
  let left = room - totalOf(columns, 'minimum');
  const widths = new Map<number, number>();
  const byNeed = columns.toSorted((a, b) => a.natural - a.minimum - (b.natural - b.minimum));
  for (const [done, { at, natural, minimum }] of byNeed.entries()) {
    const more = Math.max(0, Math.min(natural - minimum, Math.floor(left / (byNeed.length - done))));
    left -= more;
    widths.set(at, minimum + more);
  }
  return widths;
};
