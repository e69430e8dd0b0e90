import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchWriteItemCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { SQS, type Message } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createErasableTable } from '../../../cli/clients/dynamodb/erasable-table';
import { createSqsErasableQueue } from '../../../cli/clients/sqs/erasable-queue';
import { createDynamoDbEventStore } from '../../../lambda/consumer/aws/dynamodb-event-store';
import { consumerBatch } from '../../../lambda/consumer/process-record';
import { accountDayIndex, conversationIndex } from '../../../lambda/shared/contract/table';
import { encodeEnvelope } from '../../../lambda/shared/payload/envelope';
import { bodyHash } from '../../../lambda/shared/signature/body-hash';
import { localCredentials, localRegion } from '../../../local/server/aws-identity';
import { startQueues, type LocalQueues } from '../../../local/sqs/local-service';
import { eventTableName as tableName, startEventTable, type EventTable } from '../../helpers/event-table';
import { run as runCli, type EnvironmentParts } from '../../unit/cli/fake-environment';
import {
  accountA,
  baseUrl,
  createTestIngress,
  tokenA,
  twilioSignature,
  webhookEvent,
  type Fields,
} from '../../unit/ingress/fakes';

const person = '+15550100';
const digits = person.slice(1);
const own = '+15550199';
/** Contains the digits of the person's number. */
const longer = '+155501001';
const { signal } = new AbortController();
const sid = (prefix: string, at: number): string => `${prefix}${String(at).padStart(32, '0')}`;

const form = (route: 'messages' | 'status' | 'events', fields: Fields, query = ''): APIGatewayProxyEventV2 =>
  webhookEvent({ route, query, fields: { AccountSid: accountA, ...fields } });
const json = (value: unknown): APIGatewayProxyEventV2 => {
  const rawBody = JSON.stringify(value);
  const query = `bodySHA256=${bodyHash(Buffer.from(rawBody))}`;
  const headers = {
    'content-type': 'application/json',
    'x-twilio-signature': twilioSignature(tokenA, `${baseUrl}/events?${query}`),
  };
  return webhookEvent({ route: 'events', fields: {}, query, rawBody, headers });
};
const message = (at: number, from: string, fields: Fields = {}): APIGatewayProxyEventV2 =>
  form('messages', { MessageSid: sid('SM', at), From: from, To: own, Body: 'hello', ...fields });
const status = (at: number, to: string, name: string): APIGatewayProxyEventV2 =>
  form('status', { MessageSid: sid('SM', at), MessageStatus: name, From: own, To: to });
const cloudEvent = (id: number, messageAt: number, data: object): APIGatewayProxyEventV2 =>
  json([
    {
      specversion: '1.0',
      type: 'com.twilio.messaging.message.delivered',
      source: '/messages',
      id: sid('EZ', id),
      data: { messageSid: sid('SM', messageAt), ...data },
    },
  ]);
const call = (at: number, fields: Fields): APIGatewayProxyEventV2 =>
  form('events', { CallSid: sid('CA', at), ...fields });

/** What belongs to the person, by what makes it hard to find. */
const ofPerson: Readonly<Record<string, APIGatewayProxyEventV2>> = {
  sms: message(1, person),
  whatsapp: message(2, `whatsapp:${person}`, { WaId: digits }),
  sent: status(3, person, 'sent'),
  delivered: status(3, person, 'delivered'),
  'a text by somebody else': message(4, '+15550177', { Body: `his number is ${person}` }),
  call: call(1, { From: person, To: own, CallStatus: 'completed' }),
  'a transcription of the call': call(1, { TranscriptionSid: sid('TR', 1), TranscriptionText: 'my address is …' }),
  'an escaped text in JSON': json({ Payload: JSON.stringify({ body: JSON.stringify({ to: `tel:${person}` }) }) }),
  'a CloudEvent about a message, without the number': cloudEvent(1, 3, { status: 'delivered' }),
  'a query': form('events', { EventType: 'x', Sid: sid('XX', 1) }, `caller=%2B${digits}`),
  'without a SID': form('messages', { From: person, To: own, Body: 'No SID' }),
  base64: form('events', { EventType: 'y', Data: Buffer.from(`{"from":"${person}"}`).toString('base64') }),
};
const ofOthers: Readonly<Record<string, APIGatewayProxyEventV2>> = {
  sms: message(11, longer),
  whatsapp: message(12, `whatsapp:${longer}`, { WaId: longer.slice(1) }),
  delivered: status(13, '+15550177', 'delivered'),
  call: call(11, { From: longer, To: own, CallStatus: 'completed' }),
  transcription: call(11, { TranscriptionSid: sid('TR', 11), TranscriptionText: 'hello' }),
  cloudEvent: cloudEvent(11, 13, { status: 'delivered', to: '+15550177' }),
};

describe('erase, on the local DynamoDB and SQS', () => {
  let table: EventTable;
  let queues: LocalQueues;
  let sqs: SQS;
  let directory: string;
  const { ingress, published, clock } = createTestIngress();

  let requests = 0;
  const store = async (webhook: APIGatewayProxyEventV2): Promise<void> => {
    clock.now += 1000;
    requests += 1;
    const requestContext = { ...webhook.requestContext, requestId: `request-${requests}` };
    expect([200, 204]).toContain((await ingress({ ...webhook, requestContext })).statusCode);
    await consume(published.at(-1)?.body ?? '');
  };
  const consume = async (body: string): Promise<void> => {
    const batch = consumerBatch({
      store: createDynamoDbEventStore({ tableName, retentionDays: 365, client: table.client }),
      changeVisibility: () => Promise.reject(new Error('nothing here is poison')),
      log: () => undefined,
      metrics: { count: () => undefined },
    });
    expect(await batch.process({ messageId: 'message', receiptHandle: 'receipt', body }, signal)).toBe('done');
  };
  const putOptOut = (address: string) =>
    table.client.putItem({
      TableName: tableName,
      Item: { pk: { S: `${accountA}#OPT-OUTS` }, sk: { S: `${own}#${address}` }, state: { S: 'STOP' } },
    });

  const envelope = (body: string): string =>
    encodeEnvelope({
      eventId: sid('SM', 99),
      signedTextHash: 'f'.repeat(64),
      kind: 'message',
      route: 'messages',
      accountSid: accountA,
      contentType: 'form',
      body: Buffer.from(body),
      query: '',
      receivedAt: '2026-03-04T05:06:07.008Z',
      requestId: 'request',
      tokenSlot: 'current',
    });
  const send = (queue: string, body: string, from?: string) =>
    sqs.sendMessage({
      QueueUrl: queues.url(queue),
      MessageBody: body,
      ...(from === undefined ? {} : { MessageAttributes: { from: { DataType: 'String', StringValue: from } } }),
      ...(queue.endsWith('.fifo') ? { MessageGroupId: `g-${body}`, MessageDeduplicationId: body } : {}),
    });
  const bodiesIn = async (queue: string): Promise<readonly string[]> => {
    const found: Message[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.receiveMessage({
        QueueUrl: queues.url(queue),
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 30,
      });
      if (Messages.length === 0) break;
      found.push(...Messages);
    }
    for (const { ReceiptHandle } of found) {
      await sqs.changeMessageVisibility({ QueueUrl: queues.url(queue), ReceiptHandle, VisibilityTimeout: 0 });
    }
    return found.map(({ Body = '' }) => Body).sort();
  };

  beforeAll(async () => {
    table = await startEventTable();
    queues = await startQueues({ journalPath: undefined });
    for (const name of ['events', 'dead', 'undelivered']) await queues.configure(name, {});
    for (const name of ['replies.fifo', 'dead-replies.fifo']) await queues.configure(name, { FifoQueue: 'true' });
    sqs = new SQS({ endpoint: queues.endpoint, region: localRegion, credentials: localCredentials, maxAttempts: 1 });
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'erase-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  afterAll(async () => {
    sqs.destroy();
    await queues.close();
    await table.close();
  });

  const erase = async (args: readonly string[], parts: EnvironmentParts = {}) => {
    const result = await runCli(['erase', '--number', person, ...args], {
      target: {
        eventQueueUrl: queues.url('events'),
        undeliveredQueueUrl: queues.url('undelivered'),
        deadLetterQueueUrl: queues.url('dead'),
        handlers: [
          { name: 'Replies', queue: queues.url('replies.fifo'), deadLetterQueue: queues.url('dead-replies.fifo') },
        ],
        ...parts.target,
      },
      erasing: () =>
        Promise.resolve({
          table: createErasableTable(table.client, { tableName, signal, sleep: () => Promise.resolve() }),
          queue: (url: string) => createSqsErasableQueue(sqs, url, signal),
        }),
      workingDirectory: directory,
      ...parts,
    });
    // Nothing that is printed repeats the number.
    expect(`${result.data}${result.notes}`).not.toContain(digits);
    return result;
  };
  const scannedIndexes = async (): Promise<string> => {
    const pages = await Promise.all(
      [accountDayIndex, conversationIndex].map(({ name }) =>
        table.client.scan({ TableName: tableName, IndexName: name }),
      ),
    );
    return JSON.stringify(pages.map(({ Items }) => Items));
  };

  test('deletes every byte of the number from table, indexes and dead letters, and nothing of others', async () => {
    for (const webhook of Object.values(ofOthers)) await store(webhook);
    await putOptOut(longer);
    const rowsOfOthers = await table.rows();
    for (const webhook of Object.values(ofPerson)) await store(webhook);
    await putOptOut(person);
    await putOptOut(`whatsapp:${person}`);
    const before = await table.rows();

    const kept = [envelope('Body=hello'), 'not an envelope', envelope(`From=%2B${longer.slice(1)}`)];
    for (const body of kept) await send('dead', body);
    await send('dead', envelope(`From=%2B${digits}&Body=x`));
    await send('dead', `not an envelope, from ${person}`);
    await send('dead', 'an attribute has the number', `whatsapp:${person}`);
    for (let at = 0; at < 12; at += 1) await send('dead-replies.fifo', `{"from":"${longer}","n":${at}}`);
    await send('dead-replies.fifo', JSON.stringify({ data: { params: `{"WaId":"${digits}"}` } }));

    await send('undelivered', JSON.stringify({ data: { from: person } }));

    const dryRun = await erase(['--json']);
    expect(dryRun.exitCode).toBe(0);
    const counted = JSON.parse(dryRun.data) as {
      readonly items: number;
      readonly kinds: object;
      readonly queues: object;
    };
    expect(counted).toMatchObject({ dryRun: true, deadLetters: 5, related: 2 });
    expect(counted.queues).toEqual({ events: 3, Replies: 1, undelivered: 1 });
    expect(counted.kinds).toEqual({ messages: 4, statuses: 2, events: 7, optOuts: 2, other: 0 });
    expect(await table.rows()).toEqual(before);
    expect(readdirSync(directory)).toEqual([]);

    const { exitCode, data, notes } = await erase(['--yes', '--json']);
    expect({ exitCode, notes }).toMatchObject({ exitCode: 0 });
    const erased = JSON.parse(data) as { readonly receipt: string };
    expect(erased).toMatchObject({
      items: counted.items,
      deadLetters: 5,
      kinds: counted.kinds,
      left: { items: 0, deadLetters: 0 },
      notSeen: 0,
    });

    const after = await table.rows();
    const isMarker = ({ pk }: (typeof after)[number]): boolean => pk?.S?.includes('#TEXT#') === true;
    expect(after.filter((row) => !isMarker(row))).toEqual(rowsOfOthers.filter((row) => !isMarker(row)));
    // Each message leaves one, so that Twilio's list does not bring it back.
    const isErased = ({ requestId }: (typeof after)[number]): boolean => requestId?.S === 'erased';
    expect(after.filter(isErased)).toHaveLength(4);
    expect(after.filter((row) => isMarker(row) && !isErased(row))).toEqual(before.filter(isMarker));
    const wholeNumber = new RegExp(`(?<!\\d)${digits}(?!\\d)`);
    expect(JSON.stringify(after)).not.toMatch(wholeNumber);
    expect(JSON.stringify(after)).not.toContain('my address is');
    expect(await scannedIndexes()).not.toMatch(wholeNumber);
    expect(await bodiesIn('dead')).toEqual([...kept].sort());
    expect(await bodiesIn('dead-replies.fifo')).toHaveLength(12);

    const receipt = readFileSync(join(directory, erased.receipt), 'utf8');
    expect(receipt).not.toContain(digits);
    expect(JSON.parse(receipt)).toMatchObject({
      complete: true,
      gateway: 'the local gateway',
      items: { total: counted.items, messages: 4, optOuts: 2 },
      deadLetters: { events: 3, Replies: 1, undelivered: 1 },
      redactedAtTwilio: null,
    });
    expect(statSync(join(directory, erased.receipt)).mode & 0o777).toBe(0o600);
  });

  test('a second run has nothing to do, and a replay of an erased webhook stores nothing', async () => {
    const before = await table.rows();
    const again = await erase(['--yes', '--json', '--receipt', 'mine.json']);
    expect(JSON.parse(again.data)).toMatchObject({ items: 0, deadLetters: 0, receipt: 'mine.json' });
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(directory, 'mine.json'), 'utf8'))).toMatchObject({ complete: true });
    for (const webhook of Object.values(ofPerson)) await store(webhook);
    expect(await table.rows()).toEqual(before);
  });

  test('after an interruption between two batches, the next run deletes the rest', async () => {
    const webhooks = [101, 102, 103].flatMap((at) => [
      message(at, person),
      call(at, { From: person, To: own, CallStatus: `c${at}` }),
      call(at, { TranscriptionSid: sid('TR', at), TranscriptionText: `secret ${at}` }),
    ]);
    const before = await table.rows();
    for (const webhook of webhooks) await store(webhook);
    let batches = 0;
    const failing = {
      scan: (input: ScanCommandInput) => table.client.scan(input),
      batchWriteItem: (input: BatchWriteItemCommandInput) => {
        batches += 1;
        return batches === 2 ? Promise.reject(new Error('the connection is lost')) : table.client.batchWriteItem(input);
      },
    };
    const interrupted = await erase(['--yes'], {
      erasing: () =>
        Promise.resolve({
          table: createErasableTable(failing, { tableName, signal, sleep: () => Promise.resolve() }),
          queue: (url: string) => createSqsErasableQueue(sqs, url, signal),
        }),
    });
    expect(interrupted.exitCode).toBe(1);
    expect((await erase(['--yes', '--receipt', 'second.json'])).exitCode).toBe(0);
    const isMarker = ({ pk }: (typeof before)[number]): boolean => pk?.S?.includes('#TEXT#') === true;
    expect((await table.rows()).filter((row) => !isMarker(row))).toEqual(before.filter((row) => !isMarker(row)));
  });

  test('warns of messages that wait, and of dead letters that SQS hides', async () => {
    await send('events', envelope('Body=x'));
    for (let at = 0; at < 12; at += 1) {
      await sqs.sendMessage({
        QueueUrl: queues.url('dead-replies.fifo'),
        MessageBody: `other ${at}`,
        MessageGroupId: 'one-conversation',
        MessageDeduplicationId: `other-${at}`,
      });
    }
    const { exitCode, notes } = await erase(['--yes']);
    expect(exitCode).toBe(1);
    expect(notes).toContain('1 message waits in queues');
    expect(notes).toMatch(/About \d+ dead letters of Replies could not be looked at/);
  });
});
