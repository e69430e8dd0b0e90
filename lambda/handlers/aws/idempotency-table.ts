import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createSdkClient } from '../../aws/sdk/client';
import type { Claim, IdempotencyStore } from '../ports';

/**
 * Longer than a message can wait in a queue and then in its dead-letter queue, at most 14 days in each. A redrive
 * therefore never runs the handler again for a handled event.
 */
const recordSeconds = 30 * 86_400;

/** No record, an expired one, one that this try wrote although the answer was lost, or one whose try has ended. */
const claimable =
  'attribute_not_exists(#id) OR #expiration < :now OR #owner = :owner OR ' +
  '(#status = :inProgress AND #inProgressUntil < :nowMs)';

/**
 * Records in a separate table. Powertools' idempotency utility is not used, because it adds 50 kB to a bundle and its
 * calls cannot be aborted. When the SDK repeats a write whose answer was lost, the utility also mistakes its own record
 * for another try: the event loses a receive, and its conversation waits for a visibility timeout.
 * @param options.client for tests
 */
export const createIdempotencyTable = ({
  tableName,
  client = createClient(),
  now = () => Date.now(),
}: {
  readonly tableName: string;
  readonly client?: Pick<DynamoDBClient, 'send'>;
  readonly now?: () => number;
}): IdempotencyStore => {
  const expiration = () => ({ N: String(Math.floor(now() / 1000) + recordSeconds) });
  const keyOf = ({ key }: Claim) => ({ id: { S: key } });
  return {
    begin: async (claim, abortSignal) => {
      const put = new PutItemCommand({
        TableName: tableName,
        Item: {
          ...keyOf(claim),
          status: { S: 'in_progress' },
          owner: { S: claim.owner },
          inProgressUntil: { N: String(Math.ceil(claim.untilMs)) },
          expiration: expiration(),
        },
        ConditionExpression: claimable,
        ExpressionAttributeNames: names('id', 'expiration', 'owner', 'status', 'inProgressUntil'),
        ExpressionAttributeValues: {
          ':now': { N: String(Math.floor(now() / 1000)) },
          ':nowMs': { N: String(now()) },
          ':owner': { S: claim.owner },
          ':inProgress': { S: 'in_progress' },
        },
      });
      if (await applied(client.send(put, { abortSignal }))) return 'begun';
      // A second call, because not every emulator returns the item with the failed condition.
      const get = new GetItemCommand({ TableName: tableName, Key: keyOf(claim), ConsistentRead: true });
      const { Item } = await client.send(get, { abortSignal });
      return Item?.['status']?.S === 'done' ? 'done' : 'in_progress';
    },
    // No condition: the event was handled, even if another try has claimed it in the meantime.
    finish: async (claim, abortSignal) => {
      const update = new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(claim),
        UpdateExpression: 'SET #status = :done, #expiration = :expiration REMOVE #owner, #inProgressUntil',
        ExpressionAttributeNames: names('status', 'expiration', 'owner', 'inProgressUntil'),
        ExpressionAttributeValues: { ':done': { S: 'done' }, ':expiration': expiration() },
      });
      await client.send(update, { abortSignal });
    },
    release: async (claim, abortSignal) => {
      const remove = new DeleteItemCommand({
        TableName: tableName,
        Key: keyOf(claim),
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: names('owner'),
        ExpressionAttributeValues: { ':owner': { S: claim.owner } },
      });
      await applied(client.send(remove, { abortSignal }));
    },
  };
};

const createClient = () => createSdkClient(DynamoDBClient, { requestTimeoutMs: 700, maxAttempts: 2 }, {});

/** Several of the names are reserved words. */
const names = (...attributes: readonly string[]) => Object.fromEntries(attributes.map((name) => [`#${name}`, name]));

const applied = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
