import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createSendToLane } from '../../../lambda/drain/aws/lane-queue';
import { createRegionQueue } from '../../../lambda/drain/aws/region-queue';
import type { RegionMessage } from '../../../lambda/drain/ports';
import { accountId, region, startSqs, type SqsFixture } from '../sqs/fixture';

let sqs: SqsFixture;

beforeEach(async () => {
  sqs = await startSqs();
  sqs.sqs.createQueue('region', {});
  sqs.sqs.createQueue('lane', {});
});
afterEach(() => sqs.close());

const { signal } = new AbortController();
const overrides = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const urlOf = (queue: string): string => `${sqs.endpoint}/${accountId}/${queue}`;
const regionQueue = () => createRegionQueue(urlOf('region'), region, overrides);
const send = (messages: readonly RegionMessage[]) => createSendToLane(urlOf('lane'), overrides)(messages, signal);
/** What is on a queue, ten at most. */
const contentOf = async (queue: string) => {
  const input = { QueueUrl: urlOf(queue), MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  return (await sqs.client.send(new ReceiveMessageCommand(input))).Messages ?? [];
};

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const putInRegion = async (MessageBody: string, attributes: Readonly<Record<string, string>>): Promise<void> => {
  const MessageAttributes = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, text(value)]));
  await sqs.client.send(new SendMessageCommand({ QueueUrl: urlOf('region'), MessageBody, MessageAttributes }));
};

test('takes a message home with the attributes of API Gateway, the time of its arrival, and no other', async () => {
  const before = Date.now();
  const attributes = { Signature: 'c2ln', ContentType: 'text/plain', ApiId: 'abc123' };
  await putInRegion('MessageSid=SM1&Body=%C3%A9', { ...attributes, SentAt: '1', Other: 'by a quote in a header' });
  const { receive, remove } = regionQueue();
  const received = await receive(signal);
  expect(await send(received)).toEqual({ sent: received, errorName: undefined });
  expect(await remove(received, signal)).toBeUndefined();

  const [message] = await contentOf('lane');
  expect(message?.Body).toBe('MessageSid=SM1&Body=%C3%A9');
  const { SentAt, ...others } = message?.MessageAttributes ?? {};
  expect(others).toEqual(Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, text(value)])));
  expect(Math.abs(Number(SentAt?.StringValue) - before)).toBeLessThan(60_000);
  sqs.advance(3600);
  expect(await receive(signal)).toEqual([]);
});

test('takes a batch home that is too large for one request', async () => {
  const messages = Array.from({ length: 10 }, (_, at): RegionMessage => ({
    messageId: `message-${at}`,
    receiptHandle: `handle-${at}`,
    body: `${at}`.repeat(127 * 1024),
    attributes: { Signature: 'c2ln', ApiId: 'abc123' },
  }));
  expect(await send(messages)).toEqual({ sent: messages, errorName: undefined });
  expect((await contentOf('lane')).map(({ Body }) => Body).sort()).toEqual(messages.map(({ body }) => body));
});

test('says that a message was not deleted, and deletes the others', async () => {
  await putInRegion('one', { ApiId: 'abc123' });
  await putInRegion('two', { ApiId: 'abc123' });
  const { receive, remove } = regionQueue();
  const received = await receive(signal);
  expect(received.map(({ body }) => body).sort()).toEqual(['one', 'two']);
  const broken = received.map((message) => (message.body === 'two' ? { ...message, receiptHandle: 'x' } : message));
  expect(await remove(broken, signal)).toBe('ReceiptHandleIsInvalid');
  sqs.advance(3600);
  expect((await receive(signal)).map(({ body }) => body)).toEqual(['two']);
});
