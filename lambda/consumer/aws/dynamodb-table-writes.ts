import {
  ConditionalCheckFailedException,
  PutItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { createExpression, isAbsent, type Expression, type Item } from '../../aws/dynamodb-expression';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What a conditional write found. `before` is the item it changed or left as it was; undefined if there was none. */
export interface WriteResult {
  readonly kind: 'applied' | 'refused';
  readonly before: Item | undefined;
}

export interface ConditionalWrite {
  readonly key: Key;
  /** Which existing item is to be changed: the alternatives, each terms joined by AND. */
  readonly changes: (expression: Expression) => readonly string[];
  readonly signal: AbortSignal;
}

export interface TableWrites {
  /** Puts the item where there is none, or over one that `changes` tells. */
  put(write: ConditionalWrite & { readonly item: Item }): Promise<WriteResult>;
  /** Creates the item, or updates one that `changes` tells. */
  update(
    write: ConditionalWrite & {
      readonly set: Item;
      readonly fill?: Item;
      readonly remove?: readonly string[];
    },
  ): Promise<WriteResult>;
  /** Creates the item, or leaves every attribute of an existing one as it is. @returns the item that was there before */
  create(key: Key, item: Item, signal: AbortSignal): Promise<Item | undefined>;
  /** Sets attributes unconditionally. */
  set(key: Key, item: Item, signal: AbortSignal): Promise<void>;
}

/**
 * Writes that happen or find out why not. They reject on faults only: a failed condition is an answer, be it because of an earlier
 * delivery or of our own write whose answer was lost and which the SDK tried again.
 */
export const createTableWrites = (client: Pick<DynamoDBClient, 'send'>, tableName: string): TableWrites => {
  /** Unconditional: sets, and fills what is absent. */
  const updateAny = async (
    key: Key,
    parts: { readonly set?: Item; readonly fill?: Item },
    abortSignal: AbortSignal,
  ): Promise<Item | undefined> => {
    const expression = createExpression();
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: attributes(key),
        UpdateExpression: expression.update(parts),
        ...expression.placeholders(),
        ReturnValues: 'ALL_OLD',
      }),
      { abortSignal },
    );
    return Attributes;
  };

  const readByUpdate = async (key: Key, abortSignal: AbortSignal): Promise<Item | undefined> => {
    const expression = createExpression();
    const schema = expression.name('schema');
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: attributes(key),
          UpdateExpression: `SET ${schema} = ${schema}`,
          ConditionExpression: `attribute_exists(${schema})`,
          ExpressionAttributeNames: expression.placeholders().ExpressionAttributeNames,
          ReturnValues: 'ALL_OLD',
        }),
        { abortSignal },
      );
      return Attributes;
    } catch (error) {
      // Deleted since the write was refused.
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  const written = async (
    { key, signal }: ConditionalWrite,
    write: () => Promise<{ readonly Attributes?: Item | undefined }>,
  ): Promise<WriteResult> => {
    try {
      return { kind: 'applied', before: (await write()).Attributes };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    // What is there? Asked by an update that changes nothing: strongly consistent, and the function needs no right to read the table.
    // (DynamoDB can send the item along with the failed condition, but the local one does not know how, and one way is tested
    // better than two.)
    return { kind: 'refused', before: await readByUpdate(key, signal) };
  };

  return {
    put: (write) =>
      written(write, () => {
        const expression = createExpression();
        const command = new PutItemCommand({
          TableName: tableName,
          Item: { ...attributes(write.key), ...write.item },
          ConditionExpression: condition(write, expression),
          ...expression.placeholders(),
          ReturnValues: 'ALL_OLD',
        });
        return client.send(command, { abortSignal: write.signal });
      }),

    update: (write) =>
      written(write, () => {
        const expression = createExpression();
        const command = new UpdateItemCommand({
          TableName: tableName,
          Key: attributes(write.key),
          UpdateExpression: expression.update(write),
          ConditionExpression: condition(write, expression),
          ...expression.placeholders(),
          ReturnValues: 'ALL_OLD',
        });
        return client.send(command, { abortSignal: write.signal });
      }),

    create: (key, item, signal) => updateAny(key, { fill: item }, signal),

    set: async (key, item, signal) => {
      await updateAny(key, { set: item }, signal);
    },
  };
};

const attributes = ({ pk, sk }: Key) => ({ pk: { S: pk }, sk: { S: sk } });

const condition = ({ changes }: ConditionalWrite, expression: Expression): string =>
  [isAbsent(expression), ...changes(expression)].join(' OR ');
