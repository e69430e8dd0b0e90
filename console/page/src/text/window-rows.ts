/** The rows of a long list that are rendered: those in sight and a few around them. */
export interface RowWindow {
  readonly start: number;
  /** The first row that is not rendered. */
  readonly end: number;
}

export const windowRows = (
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
  around = 10,
): RowWindow => {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const inSight = Math.ceil(viewHeight / rowHeight) + 1;
  const end = Math.min(count, first + inSight + around);
  return { start: Math.max(0, Math.min(first - around, end)), end };
};

/** Where to scroll so that a row is in sight; the same place if it is. */
export const scrollToRow = (at: number, scrollTop: number, viewHeight: number, rowHeight: number): number => {
  const top = at * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight;
  return bottom > scrollTop + viewHeight ? bottom - viewHeight : scrollTop;
};
