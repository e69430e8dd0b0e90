import type { IndexKeys } from '../stage-facts';

export type Attribute = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Attribute>>;

/**
 * DynamoDB counts names and values in UTF-8.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
const valueBytes = (attribute: Attribute): number => {
  const [type = '', value] = Object.entries(attribute)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'N':
      return Math.ceil(String(value).length / 2) + 1;
    case 'BOOL':
      return 1;
    case 'L':
      return 3 + (value as readonly Attribute[]).reduce((sum, element) => sum + 1 + valueBytes(element), 0);
    case 'M':
      return 3 + itemBytes(value as Item);
    default:
      throw new Error(`Unknown size of an attribute of type ${type}.`);
  }
};

export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** An item before and after a write. */
export interface Write {
  readonly before: Item | undefined;
  readonly after: Item;
}

const unitBytes = 1024;

/** The larger of both items counts, whatever the write changes. */
export const tableUnits = ({ before, after }: Write): number =>
  Math.ceil(Math.max(itemBytes(after), before === undefined ? 0 : itemBytes(before)) / unitBytes);

const entry = (item: Item | undefined, names: readonly string[]): string | undefined =>
  item !== undefined && names.every((name) => item[name] !== undefined)
    ? JSON.stringify(names.map((name) => item[name]))
    : undefined;

/**
 * Units for an index with keys only: none if its entry stays the same, one for a new or a deleted entry, two for one
 * that is replaced by another.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export const indexUnits = ({ before, after }: Write, { keys, tableKeys }: IndexKeys): number => {
  const names = [...keys, ...tableKeys];
  const [old, now] = [entry(before, names), entry(after, names)];
  if (old === now) return 0;
  return [old, now].filter((side) => side !== undefined).length;
};

/** DynamoDB stores 100 bytes more for each item and for each entry of an index. */
const storedOverhead = 100;

/** Bytes that a write adds to the table and its indexes. */
export const storedBytes = (write: Write, indexes: readonly IndexKeys[]): number => {
  const size = (item: Item | undefined): number => (item === undefined ? 0 : itemBytes(item) + storedOverhead);
  const entrySize = (item: Item | undefined, { keys, tableKeys }: IndexKeys): number => {
    const names = [...keys, ...tableKeys];
    if (item === undefined || entry(item, names) === undefined) return 0;
    return size(Object.fromEntries(names.map((name) => [name, item[name] ?? {}])));
  };
  return indexes.reduce(
    (sum, index) => sum + entrySize(write.after, index) - entrySize(write.before, index),
    size(write.after) - size(write.before),
  );
};
