import type {
  AttributeValue,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  breakerAttributes,
  breakerKey,
  breakerPartition,
  breakerSortKeyPrefix,
  drillSortKeyPrefix,
  finalDecisions,
  openDecisions,
  rearmKey,
} from '../../lambda/shared/breaker/breaker-record';
import { itemSchemaVersion } from '../../lambda/shared/contract/table';
import { textOf, type StoredItem } from '../clients/dynamodb/stored-item';
import type { CallOptions } from '../clients/sdk-configuration';
import type { DecisionStore, DecisionView } from './decisions';

/** The methods of the SDK's `DynamoDB` client that are used here. */
export interface DecisionCalls {
  query(
    input: QueryCommandInput,
    options: CallOptions,
  ): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  getItem(input: GetItemCommandInput, options: CallOptions): Promise<Pick<GetItemCommandOutput, 'Item'>>;
  updateItem(input: UpdateItemCommandInput, options: CallOptions): Promise<unknown>;
  putItem(input: PutItemCommandInput, options: CallOptions): Promise<unknown>;
}

type Item = Readonly<Record<string, AttributeValue>>;

const view = (item: StoredItem): DecisionView => {
  const decision = textOf(item, breakerAttributes.decision);
  return {
    at: textOf(item, 'receivedAt') ?? '',
    decision:
      [...openDecisions, ...finalDecisions, 'rearm' as const].find((candidate) => candidate === decision) ?? 'unknown',
    detail: textOf(item, 'detail'),
    accountSid: textOf(item, 'accountSid') ?? '',
    targetSid: textOf(item, 'targetSid'),
    triggerSid: textOf(item, 'triggerSid'),
    usage: textOf(item, 'usage'),
    triggerValue: textOf(item, 'triggerValue'),
    callsEnded: item['callsEnded']?.N === undefined ? null : Number(item['callsEnded'].N),
    lastReplayAt: textOf(item, 'lastReplayAt'),
    lastFault: textOf(item, 'lastFault'),
  };
};

export const createDynamoDbDecisions = (
  client: DecisionCalls,
  { tableName, signal }: { readonly tableName: string; readonly signal: AbortSignal },
): DecisionStore => {
  const options = { abortSignal: signal };
  const text = (value: string): AttributeValue => ({ S: value });

  /** Rows whose sort key has the prefix, newest first: the day of the firing or the time of a re-activation follows. */
  const rowsOf = async (
    accountSid: string,
    prefix: string,
    { limit = Infinity, filter = {} }: { readonly limit?: number; readonly filter?: Partial<QueryCommandInput> },
  ): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await client.query(
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ScanIndexForward: false,
          ConsistentRead: true,
          ...filter,
          ExpressionAttributeValues: {
            ':pk': text(breakerPartition(accountSid)),
            ':prefix': text(prefix),
            ...filter.ExpressionAttributeValues,
          },
          ...(limit === Infinity ? {} : { Limit: limit - items.length }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        },
        options,
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
  };

  const recentOf =
    (prefix: string): DecisionStore['recent'] =>
    async (accountSids, limit) => {
      const rows = await Promise.all([...new Set(accountSids)].map((sid) => rowsOf(sid, prefix, { limit })));
      return rows
        .flat()
        .map(view)
        .sort((a, b) => (a.at < b.at ? 1 : -1))
        .slice(0, limit);
    };

  const closeRow = async (item: Item, targetSid: string, at: string): Promise<boolean> => {
    const { pk, sk } = item;
    if (pk === undefined || sk === undefined) return false;
    const { decision, leaseOwner, leaseUntil } = breakerAttributes;
    try {
      await client.updateItem(
        {
          TableName: tableName,
          Key: { pk, sk },
          UpdateExpression:
            'SET #decision = :rearmed, #detail = :detail, #decidedAt = :at REMOVE #owner, #until, #fault',
          ConditionExpression: 'attribute_exists(#owner) AND #target = :target',
          ExpressionAttributeNames: {
            '#decision': decision,
            '#detail': 'detail',
            '#decidedAt': 'decidedAt',
            '#owner': leaseOwner,
            '#until': leaseUntil,
            '#fault': 'lastFault',
            '#target': 'targetSid',
          },
          ExpressionAttributeValues: {
            ':rearmed': text('rearmed'),
            ':detail': text('closed by gateway breaker rearm'),
            ':at': text(at),
            ':target': text(targetSid),
          },
        },
        options,
      );
      return true;
    } catch (error) {
      // The breaker has decided in the meantime.
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  };

  return {
    recent: recentOf(breakerSortKeyPrefix),
    recentDrills: recentOf(drillSortKeyPrefix),
    find: async (place) => {
      const { pk, sk } = breakerKey(place);
      const { Item: found } = await client.getItem(
        { TableName: tableName, Key: { pk: text(pk), sk: text(sk) }, ConsistentRead: true },
        options,
      );
      return found === undefined ? undefined : view(found);
    },
    closeOpen: async (accountSids, targetSid, at) => {
      // All rows, because an unfinished one that is missed would suspend the account again.
      const rows = await Promise.all(
        [...new Set(accountSids)].map((sid) =>
          rowsOf(sid, breakerSortKeyPrefix, {
            filter: {
              FilterExpression: 'attribute_exists(#owner) AND #target = :target',
              ExpressionAttributeNames: { '#owner': breakerAttributes.leaseOwner, '#target': 'targetSid' },
              ExpressionAttributeValues: { ':target': text(targetSid) },
            },
          }),
        ),
      );
      const open = rows
        .flat()
        .filter((item) => openDecisions.some((candidate) => candidate === textOf(item, breakerAttributes.decision)));
      const closed = await Promise.all(open.map((item) => closeRow(item, targetSid, at)));
      return closed.filter((isClosed) => isClosed).length;
    },
    writeRearm: async ({ accountSid, at, reason }) => {
      const { pk, sk } = rearmKey(accountSid, at);
      await client.putItem(
        {
          TableName: tableName,
          Item: {
            pk: text(pk),
            sk: text(sk),
            schema: { N: String(itemSchemaVersion) },
            decision: text('rearm'),
            accountSid: text(accountSid),
            targetSid: text(accountSid),
            receivedAt: text(at),
            ...(reason === undefined ? {} : { detail: text(reason) }),
          },
        },
        options,
      );
    },
  };
};
