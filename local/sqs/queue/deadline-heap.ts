/** Items by deadline, earliest first; any item can be removed. Every call is O(log n), and no item needs a timer. */
export interface DeadlineHeap<T> {
  readonly add: (item: T, atMs: number) => void;
  /** Does nothing for an unknown item. */
  readonly remove: (item: T) => void;
  readonly earliest: () => { readonly item: T; readonly atMs: number } | undefined;
}

export const createDeadlineHeap = <T>(): DeadlineHeap<T> => {
  interface Entry {
    readonly item: T;
    readonly atMs: number;
  }
  const entries: Entry[] = [];
  const positions = new Map<T, number>();

  const place = (entry: Entry, index: number): void => {
    entries[index] = entry;
    positions.set(entry.item, index);
  };
  const riseFrom = (start: number, entry: Entry): void => {
    let index = start;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || parent.atMs <= entry.atMs) break;
      place(parent, index);
      index = above;
    }
    place(entry, index);
  };
  const sinkFrom = (start: number, entry: Entry): void => {
    let index = start;
    for (;;) {
      const left = entries[2 * index + 1];
      const right = entries[2 * index + 2];
      const below = 2 * index + (right !== undefined && left !== undefined && right.atMs < left.atMs ? 2 : 1);
      const child = entries[below];
      if (child === undefined || child.atMs >= entry.atMs) break;
      place(child, index);
      index = below;
    }
    place(entry, index);
  };

  return {
    add: (item, atMs) => riseFrom(entries.length, { item, atMs }),
    remove: (item) => {
      const index = positions.get(item);
      if (index === undefined) return;
      positions.delete(item);
      const last = entries.pop();
      if (last === undefined || last.item === item) return;
      const above = entries[(index - 1) >> 1];
      if (index > 0 && above !== undefined && above.atMs > last.atMs) riseFrom(index, last);
      else sinkFrom(index, last);
    },
    earliest: () => entries[0],
  };
};
