import {
  ConditionalCheckFailedException,
  PutItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { createExpression, isAbsent, isOfAccount, type Expression } from './dynamodb-expression';
import type { Item } from './dynamodb-items';

/** What a conditional write found. `before` is the item it changed or left as it was; undefined if there was none. */
export type Written =
  | { readonly kind: 'applied' | 'refused'; readonly before: Item | undefined }
  | { readonly kind: 'other_account' };

export interface ConditionalWrite {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly accountSid: string;
  /** Which existing item of the same account is to be changed: the alternatives, each terms joined by AND. */
  readonly changes: (expression: Expression) => readonly string[];
  readonly signal: AbortSignal;
}

export interface ConditionalWrites {
  /** Puts the item where there is none, or over one that `changes` tells. */
  put(write: ConditionalWrite & { readonly item: Item }): Promise<Written>;
  /** Creates the item, or updates one that `changes` tells. */
  update(
    write: ConditionalWrite & {
      readonly set: Item;
      readonly fill?: Item;
      readonly remove?: readonly string[];
    },
  ): Promise<Written>;
}

/**
 * Writes that happen or find out why not. They reject on faults only: a failed condition is an answer, be it because of an earlier
 * delivery or of our own write whose answer was lost and which the SDK tried again.
 */
export const createConditionalWrites = (
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
): ConditionalWrites => {
  const written = async (
    { key, accountSid, signal }: ConditionalWrite,
    write: () => Promise<{ readonly Attributes?: Item | undefined }>,
  ): Promise<Written> => {
    try {
      return { kind: 'applied', before: (await write()).Attributes };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    // What is there, and is it this account's? Asked by an update that changes nothing: strongly consistent, and the function
    // needs no right to read the table. (DynamoDB can send the item along with the failed condition, but the local one
    // does not know how, and one way is tested better than two.)
    const expression = createExpression();
    try {
      const { Attributes: before } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: attributes(key),
          UpdateExpression: expression.update({ set: { accountSid: { S: accountSid } } }),
          ConditionExpression: isOfAccount(expression, accountSid),
          ...expression.placeholders(),
          ReturnValues: 'ALL_OLD',
        }),
        { abortSignal: signal },
      );
      return { kind: 'refused', before };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { kind: 'other_account' };
    }
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
  };
};

const attributes = ({ pk, sk }: ConditionalWrite['key']) => ({ pk: { S: pk }, sk: { S: sk } });

const condition = ({ accountSid, changes }: ConditionalWrite, expression: Expression): string => {
  const isOwn = isOfAccount(expression, accountSid);
  return [isAbsent(expression), ...changes(expression).map((change) => `${isOwn} AND ${change}`)].join(
    ' OR ',
  );
};
