import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useKeys } from '../shell/keys';
import { scrollToRow } from '../text/window-rows';

/** The table that `j`, `k` and Enter work on. */
export interface RowKeys {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rowHeight: number;
  readonly keys: () => readonly string[];
  readonly selected: string | null;
  readonly select: (key: string) => void;
}

const headHeight = (scroller: HTMLElement): number =>
  scroller.querySelector<HTMLElement>('.table-head')?.offsetHeight ?? 0;

/** `j` and `k` move the focus from row to row of a `VirtualTable`. The link in the focused row opens it by Enter. */
export const useRowKeys = ({ scroller, rowHeight, keys, selected, select }: RowKeys): void => {
  const wantsFocus = useRef(false);

  const move = (step: number): void => {
    const all = keys();
    const element = scroller.current;
    if (all.length === 0 || element === null) return;
    const from = selected === null ? -1 : all.indexOf(selected);
    const at = Math.max(0, Math.min(all.length - 1, from + step));
    element.scrollTop = scrollToRow(at, element.scrollTop, element.clientHeight - headHeight(element), rowHeight);
    wantsFocus.current = true;
    select(all[at] ?? '');
  };

  // The row may be rendered only after the box has scrolled.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const link = scroller.current?.querySelector<HTMLElement>('[data-tab-stop="true"] .row-link');
    if (link === null || link === undefined) return;
    wantsFocus.current = false;
    link.focus({ preventScroll: true });
  });

  useKeys({ j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1) });
};
