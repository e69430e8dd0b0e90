import {
  ConditionalCheckFailedException,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { itemSchemaVersion } from '../shared/contract/table';

export type Item = Readonly<Record<string, AttributeValue>>;

export interface Table {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export interface Write {
  readonly key: Key;
  /**
   * DynamoDB's expression: `#name` is the attribute of that name, `:name` the value of it that is written, or one of
   * `values`.
   */
  readonly condition?: string;
  /** Values that the condition alone uses. */
  readonly values?: Item;
  readonly signal?: AbortSignal | undefined;
}

export type WriteResult =
  | {
      readonly kind: 'applied';
      /** The item as `ReturnValues` asked for it; undefined if there was none. */
      readonly item: Item | undefined;
    }
  /** The condition does not hold. */
  | { readonly kind: 'refused' };

/** Holds where no item is yet. */
export const isAbsent = 'attribute_not_exists(#pk)';

export const keyAttributes = ({ pk, sk }: Key) => ({ pk: { S: pk }, sk: { S: sk } });

/** @returns the item that was replaced */
export const putItem = (
  { client, tableName }: Table,
  { key, item, condition, values, signal }: Write & { readonly item: Item; readonly condition: string },
): Promise<WriteResult> =>
  written(() =>
    client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { ...keyAttributes(key), ...item },
        ConditionExpression: condition,
        ...placeholders(condition, { ...item, ...values }),
        ReturnValues: 'ALL_OLD',
      }),
      abortable(signal),
    ),
  );

export interface Update extends Write {
  readonly set: Item;
  /** Set where they are absent. */
  readonly setIfAbsent?: Item;
  readonly remove?: readonly string[];
  readonly returnValues: 'ALL_OLD' | 'ALL_NEW';
}

/** Creates the item where there is none and the condition allows it. */
export const updateItem = (
  { client, tableName }: Table,
  { key, set, setIfAbsent = {}, remove = [], condition, values, returnValues, signal }: Update,
): Promise<WriteResult> => {
  const clauses = [
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
    ...Object.keys(setIfAbsent).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
  ];
  const removed = remove.map((name) => `#${name}`);
  const update = `SET ${clauses.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`;
  return written(() =>
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: keyAttributes(key),
        UpdateExpression: update,
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
        ...placeholders(`${update} ${condition ?? ''}`, { ...set, ...setIfAbsent, ...values }),
        ReturnValues: returnValues,
      }),
      abortable(signal),
    ),
  );
};

/**
 * What a conditional write found. `before` is the item that it changed or left as it was; undefined if there was none.
 */
export interface Found {
  readonly kind: WriteResult['kind'];
  readonly before: Item | undefined;
}

/**
 * Reads the item that refused a write by an update that changes nothing: strongly consistent, and the function needs no
 * permission to read the table. (DynamoDB can return the item with the failed condition, but DynamoDB Local cannot, and
 * one way is tested better than two.)
 */
export const findBefore = async (
  table: Table,
  key: Key,
  write: Promise<WriteResult>,
  signal: AbortSignal,
): Promise<Found> => {
  const result = await write;
  if (result.kind === 'applied') return { kind: 'applied', before: result.item };
  const read = await updateItem(table, {
    key,
    set: {},
    setIfAbsent: { schema: { N: String(itemSchemaVersion) } },
    condition: 'attribute_exists(#schema)',
    returnValues: 'ALL_OLD',
    signal,
  });
  // Refused again if the item was deleted in between.
  return { kind: 'refused', before: read.kind === 'applied' ? read.item : undefined };
};

const abortable = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });

const written = async (write: () => Promise<{ readonly Attributes?: Item | undefined }>): Promise<WriteResult> => {
  try {
    return { kind: 'applied', item: (await write()).Attributes };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { kind: 'refused' };
    throw error;
  }
};

/**
 * Every attribute has a placeholder, because there are many reserved words, `status` and `from` among them. DynamoDB
 * rejects placeholders that no expression uses.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
 */
const placeholders = (expression: string, values: Item) => {
  const { names, usedValues } = placeholdersOf(expression);
  const used: Record<string, AttributeValue> = {};
  for (const name of usedValues) {
    const value = values[name];
    if (value !== undefined) used[`:${name}`] = value;
  }
  return {
    ExpressionAttributeNames: names,
    ...(usedValues.length === 0 ? {} : { ExpressionAttributeValues: used }),
  };
};

interface Placeholders {
  readonly names: Record<string, string>;
  /** Without the colon. */
  readonly usedValues: readonly string[];
}

/** Only the code decides which expressions there are, so there are few. */
const knownPlaceholders = new Map<string, Placeholders>();

const placeholdersOf = (expression: string): Placeholders => {
  const known = knownPlaceholders.get(expression);
  if (known !== undefined) return known;
  const found: Placeholders = {
    names: Object.fromEntries(
      [...expression.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]),
    ),
    usedValues: [...new Set([...expression.matchAll(/:(\w+)/g)].map(([, name = '']) => name))],
  };
  knownPlaceholders.set(expression, found);
  return found;
};
