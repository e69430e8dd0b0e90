export interface Day<Item> {
  /** The local midnight at its start, so that days can be told apart and named. */
  readonly date: Date;
  readonly items: readonly Item[];
}

/** Items in the order of time, in groups of one local day each. */
export const groupByDay = <Item>(items: readonly Item[], timeOf: (item: Item) => Date): readonly Day<Item>[] => {
  const days: { date: Date; items: Item[] }[] = [];
  for (const item of items) {
    const date = timeOf(item);
    date.setHours(0, 0, 0, 0);
    const last = days.at(-1);
    if (last?.date.getTime() === date.getTime()) last.items.push(item);
    else days.push({ date, items: [item] });
  }
  return days;
};
