import {
  BatchGetItemCommand,
  DynamoDBClient,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyAttributes, type Table } from '../../aws/dynamodb-writes';
import { createSdkClient } from '../../aws/sdk/client';
import { keyText, knownAttributes, type KnownItem, type ReadKnown } from '../../shared/reconciliation/find-missing';

/** The limit of BatchGetItem. */
const maxKeys = 100;
/** Attempts at keys that DynamoDB leaves unprocessed, about twelve seconds in all. */
const maxAttempts = 8;

const names = ['pk', 'sk', ...knownAttributes];
const projection = {
  // `status` is one of DynamoDB's reserved words.
  ProjectionExpression: names.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
};

/** Reads what shows whether a message is missing. */
export const createReadKnown = (
  tableName: string,
  client: Table['client'] = createSdkClient(DynamoDBClient, { requestTimeoutMs: 3000, maxAttempts: 3 }, {}),
): ((signal: AbortSignal) => ReadKnown) => {
  const readBatch = async (
    keys: readonly { readonly pk: string; readonly sk: string }[],
    known: Map<string, KnownItem>,
    isConsistent: boolean,
    abortSignal: AbortSignal,
  ): Promise<void> => {
    let request: BatchGetItemCommandInput['RequestItems'] = {
      [tableName]: { Keys: keys.map(keyAttributes), ConsistentRead: isConsistent, ...projection },
    };
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const command = new BatchGetItemCommand({ RequestItems: request });
      const answer: BatchGetItemCommandOutput = await client.send(command, { abortSignal });
      for (const item of answer.Responses?.[tableName] ?? []) {
        const key = keyText({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' });
        known.set(key, Object.fromEntries(knownAttributes.map((name) => [name, item[name]?.S])));
      }
      request = answer.UnprocessedKeys;
      if (request?.[tableName]?.Keys === undefined) return;
      await sleep(50 * 2 ** attempt, undefined, { signal: abortSignal });
    }
    throw new Error('DynamoDB throttles reads of the table.');
  };

  return (signal) => async (keys, consistency) => {
    const known = new Map<string, KnownItem>();
    for (let from = 0; from < keys.length; from += maxKeys) {
      await readBatch(keys.slice(from, from + maxKeys), known, consistency === 'strong', signal);
    }
    return known;
  };
};
