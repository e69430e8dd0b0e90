import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { createHash } from 'node:crypto';

// A consumer as in Powertools' documentation, for comparison. It writes the same items under the same conditions as the
// gateway's consumer: a marker of the signed text, then a message in one update, or a status callback in an update and
// a put. Like the gateway's consumer, it logs one line for each record.

const processor = new BatchProcessor(EventType.SQS);
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env['TABLE_NAME'];

type Values = Readonly<Record<string, string | number | boolean | readonly object[]>>;

interface Message {
  readonly kind: 'message' | 'status';
  readonly accountSid: string;
  readonly signedTextHash: string;
  readonly requestId: string;
  readonly receivedAt: string;
  readonly query: string;
  readonly body: string;
}

const isAbsentOrLater = 'attribute_not_exists(#pk) OR #receivedAt > :receivedAt';

const update = (pk: string, sk: string, set: Values, setIfAbsent: Values): Promise<unknown> =>
  client.send(
    new UpdateCommand({
      TableName,
      Key: { pk, sk },
      UpdateExpression: `SET ${[
        ...Object.keys(set).map((name) => `#${name} = :${name}`),
        ...Object.keys(setIfAbsent).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
      ].join(', ')}`,
      ...(Object.keys(set).length > 0 ? { ConditionExpression: isAbsentOrLater } : {}),
      ExpressionAttributeNames: Object.fromEntries(
        [...(Object.keys(set).length > 0 ? ['pk'] : []), ...Object.keys(set), ...Object.keys(setIfAbsent)].map(
          (name) => [`#${name}`, name],
        ),
      ),
      ExpressionAttributeValues: Object.fromEntries(
        [...Object.entries(set), ...Object.entries(setIfAbsent)].map(([name, value]) => [`:${name}`, value]),
      ),
      ReturnValues: 'ALL_OLD',
    }),
  );

const store = async (record: SQSRecord): Promise<void> => {
  // Ingress sent the message, so its fields are known.
  const message = JSON.parse(record.body) as Message;
  const { kind, accountSid, signedTextHash, requestId, receivedAt, query } = message;
  const params = Object.fromEntries(new URLSearchParams(message.body));
  const { MessageSid: messageSid = '', From: from = '', To: to = '', MessageStatus = 'received' } = params;
  const time = `${receivedAt}#${messageSid}`;
  const provenance = { schema: 2, accountSid, requestId, receivedAt };
  const origin = {
    ...provenance,
    direction: kind === 'message' ? 'inbound' : 'outbound',
    from,
    to,
    accountDay: `${accountSid}#${receivedAt.slice(0, 10)}#0`,
    accountDayTime: time,
    conversation: createHash('sha256')
      .update(JSON.stringify([accountSid, ...[from, to].sort()]))
      .digest('hex')
      .slice(0, 32),
  };
  const status = { status: MessageStatus, statusOrder: kind === 'message' ? 0 : 70, updatedAt: receivedAt };
  const pk = `${accountSid}#MESSAGE#${messageSid}`;
  const text = JSON.stringify(params);
  const reading = createHash('sha256').update(text).digest('hex');
  await update(`${accountSid}#TEXT#${signedTextHash}`, 'SIGNED', {}, { ...provenance, reading });
  if (kind === 'message') {
    const { Body: body = '', NumMedia = '0' } = params;
    const content = { body, numMedia: Number(NumMedia), media: [], params: text, query, fallback: false };
    await update(pk, 'MESSAGE', { ...origin, ...content }, status);
  } else {
    await update(pk, 'MESSAGE', status, origin);
    await client.send(
      new PutCommand({
        TableName,
        Item: {
          pk,
          sk: `STATUS#${MessageStatus}#-`,
          ...provenance,
          kind,
          messageSid,
          status: MessageStatus,
          from,
          to,
          query,
          params: text,
          accountDay: origin.accountDay,
          accountDayTime: `${time}#${MessageStatus}#-`,
        },
        ConditionExpression: isAbsentOrLater,
        ExpressionAttributeNames: { '#pk': 'pk', '#receivedAt': 'receivedAt' },
        ExpressionAttributeValues: { ':receivedAt': receivedAt },
        ReturnValues: 'ALL_OLD',
      }),
    );
  }
  process.stdout.write(`${JSON.stringify({ level: 'INFO', message: 'stored', messageSid, kind })}\n`);
};

export const handler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, store, processor, { context });
