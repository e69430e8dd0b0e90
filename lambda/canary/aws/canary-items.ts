import { DeleteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { keyAttributes } from '../../aws/dynamodb-writes';
import { createSdkClient } from '../../aws/sdk/client';
import { canaryKey } from '../../shared/contract/table';
import type { CanaryPorts } from '../ports';

/** Looks at the items of canaries, and removes them. */
export const createCanaryItems = (
  tableName: string,
  client: Pick<DynamoDBClient, 'send'> = createSdkClient(
    DynamoDBClient,
    { requestTimeoutMs: 1500, maxAttempts: 3 },
    {},
  ),
): Pick<CanaryPorts, 'isStored' | 'remove'> => ({
  isStored: async (accountSid, canaryId, abortSignal) => {
    const command = new GetItemCommand({
      TableName: tableName,
      Key: keyAttributes(canaryKey(accountSid, canaryId)),
      ConsistentRead: true,
      ProjectionExpression: 'pk',
    });
    return (await client.send(command, { abortSignal })).Item !== undefined;
  },
  remove: async (accountSid, canaryId) => {
    await client.send(
      new DeleteItemCommand({ TableName: tableName, Key: keyAttributes(canaryKey(accountSid, canaryId)) }),
    );
  },
});
