import type { Item, Write } from './item-size';

/** The parts of a write to DynamoDB that are read here. */
export interface WriteInput {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeValues?: Item;
  readonly ReturnValues?: string;
}

const setClause = /#(\w+) = (if_not_exists\(#\w+, )?:(\w+)\)?/g;

/**
 * Applies the update expressions that the bundles write. Placeholders are named after their attributes, and conditions
 * hold, because webhooks arrive in order here.
 * @throws Error for an expression of another form
 */
const updated = (before: Item, { UpdateExpression = '', ExpressionAttributeValues = {} }: WriteInput): Item => {
  const [set = '', remove = ''] = UpdateExpression.split(/ ?REMOVE /);
  const rest = set.replace(/^SET /, '').replaceAll(setClause, '').replaceAll(/[, ]/g, '');
  if (rest !== '') throw new Error(`The cost model cannot read ${JSON.stringify(rest)} in an update expression.`);
  const after: Record<string, Item[string]> = { ...before };
  for (const [, name = '', ifAbsent, valueName = ''] of set.matchAll(setClause)) {
    const value = ExpressionAttributeValues[`:${valueName}`];
    if (value === undefined) throw new Error(`An update expression has no value for ${valueName}.`);
    if (ifAbsent === undefined || after[name] === undefined) after[name] = value;
  }
  const removed = new Set([...remove.matchAll(/#(\w+)/g)].map(([, name = '']) => name));
  return Object.fromEntries(Object.entries(after).filter(([name]) => !removed.has(name)));
};

export interface TableDouble {
  /** @returns DynamoDB's answer */
  write(input: WriteInput): { readonly Attributes?: Item };
  read(table: string, key: Item): Item | undefined;
  /** Removes an item, which is a write of its size. @returns DynamoDB's answer */
  remove(table: string, key: Item): object;
  /** The writes since the last call. */
  takeWrites(): readonly (Write & { readonly table: string })[];
}

/** Keeps the items of every table, as far as the bundles notice, and records each write. */
export const createTableDouble = (): TableDouble => {
  const items = new Map<string, Item>();
  let writes: (Write & { readonly table: string })[] = [];
  const keyOf = (table: string, of: Item): string => JSON.stringify([table, of['pk'] ?? of['id'], of['sk'] ?? null]);
  return {
    read: (table, key) => items.get(keyOf(table, key)),
    remove: (table, key) => {
      const before = items.get(keyOf(table, key));
      items.delete(keyOf(table, key));
      writes.push({ table, before, after: before ?? key });
      return {};
    },
    write: (input) => {
      const { TableName: table, Key, Item: item, ReturnValues } = input;
      const key = keyOf(table, Key ?? item ?? {});
      const before = items.get(key);
      const after = item ?? updated({ ...Key, ...before }, input);
      items.set(key, after);
      writes.push({ table, before, after });
      return ReturnValues === 'ALL_OLD' && before !== undefined ? { Attributes: before } : {};
    },
    takeWrites: () => {
      const taken = writes;
      writes = [];
      return taken;
    },
  };
};
