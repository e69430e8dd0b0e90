import { request } from 'node:http';
import {
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import { startSns } from '../../local/sns/sns';
import { createTopic, type Deliver } from '../../local/sns/topic';
import type { PublishedNotice } from '../../local/sns/publish';
import type { LoopbackEndpoint } from '../../local/server/loopback-server';

const topicArn = 'arn:aws:sns:us-east-1:000000000000:Topic';
const published: PublishedNotice[] = [];
let server: LoopbackEndpoint;
let client: SNSClient;
const clientOf = ({ endpoint }: LoopbackEndpoint): SNSClient =>
  new SNSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
beforeAll(async () => {
  const topic = createTopic({ arn: topicArn, isFifo: false, contentBasedDeduplication: false, subscriptions: [] }, () =>
    Promise.reject(new Error('no queue is subscribed')),
  );
  server = await startSns({ topics: [topic], onNotice: (notice) => published.push(notice) });
  client = clientOf(server);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});
beforeEach(() => void published.splice(0));

const publish = (changes: Partial<PublishCommandInput> = {}) =>
  client.send(new PublishCommand({ TopicArn: topicArn, Message: 'text', ...changes }));

describe('the real SDK client', () => {
  test('publishes a notice with its subject, every character as it was', async () => {
    const message = 'two lines\n<b>& "quotes" +1% héllo 🌍';
    const { MessageId } = await publish({ Subject: 'Breaker (dev): "x" & more', Message: message });
    expect(published).toEqual([{ topicArn, messageId: MessageId, subject: 'Breaker (dev): "x" & more', message }]);
  });

  test('publishes one without a subject, and of the largest size', async () => {
    await publish({ Message: 'é'.repeat(131_072) });
    expect(published).toMatchObject([{ subject: undefined }]);
    expect(published[0]?.message).toHaveLength(131_072);
  });

  test.each<[string, Partial<PublishCommandInput>, string]>([
    ['a topic that is not there', { TopicArn: `${topicArn}2` }, 'NotFoundException'],
    ['an empty message', { Message: '' }, 'InvalidParameterException'],
    ['a message that is too long', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException'],
    ['a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameterException'],
    ['a subject of 101 characters', { Subject: 'x'.repeat(101) }, 'InvalidParameterException'],
    ['a subject that is not ASCII', { Subject: 'é' }, 'InvalidParameterException'],
    [
      'what it would not honour: binary attributes',
      { MessageAttributes: { a: { DataType: 'Binary', BinaryValue: new Uint8Array([1]) } } },
      'InvalidParameterException',
    ],
    ['what it would not honour: a structure', { MessageStructure: 'json' }, 'InvalidParameterException'],
  ])('rejects %s as SNS does', async (_what, changes, name) => {
    await expect(publish(changes)).rejects.toMatchObject({ name });
    expect(published).toEqual([]);
  });

  test('rejects every other action, and names the supported one', async () => {
    await expect(client.send(new ListTopicsCommand())).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('It supports: Publish') as unknown,
    });
  });
});

describe('a FIFO topic', () => {
  const arn = 'arn:aws:sns:us-east-1:000000000000:Orders.fifo';
  const delivered: Parameters<Deliver>[] = [];
  const subscription = (queue: string, raw: boolean, filter: (attributes: { type?: string }) => boolean) => ({
    queueArn: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    raw,
    filter,
  });
  let fifo: LoopbackEndpoint;
  let sns: SNSClient;
  let nowMs = Date.now();
  let refuse = false;

  beforeAll(async () => {
    const topic = createTopic(
      {
        arn,
        isFifo: true,
        contentBasedDeduplication: false,
        subscriptions: [
          subscription('All.fifo', true, () => true),
          subscription('Standard', false, ({ type }) => type === 'b'),
        ],
      },
      (...delivery) => {
        if (refuse) return Promise.reject(new Error('the queue is gone'));
        delivered.push(delivery);
        return Promise.resolve();
      },
      () => nowMs,
    );
    fifo = await startSns({ topics: [topic], onNotice: () => undefined });
    sns = clientOf(fifo);
  });
  afterAll(async () => {
    sns.destroy();
    await fifo.close();
  });
  beforeEach(() => void delivered.splice(0));

  const entry = (Id: string, type: string, changes: object = {}) => ({
    Id,
    Message: `message ${Id}`,
    MessageGroupId: 'group',
    MessageDeduplicationId: `id-${Id}`,
    MessageAttributes: { type: { DataType: 'String', StringValue: type } },
    ...changes,
  });
  const publishBatch = (...entries: ReturnType<typeof entry>[]) =>
    sns.send(new PublishBatchCommand({ TopicArn: arn, PublishBatchRequestEntries: entries }));

  test('delivers in order, with group, deduplication id and attributes, to each queue whose filter matches', async () => {
    const { Successful, Failed } = await publishBatch(entry('1', 'a'), entry('2', 'b'));
    expect([Successful?.length, Failed ?? []]).toEqual([2, []]);
    const toAll = delivered.filter(([queueArn]) => queueArn.endsWith('All.fifo'));
    expect(toAll.map(([, message]) => message)).toEqual([
      { body: 'message 1', attributes: { type: 'a' }, groupId: 'group', deduplicationId: 'id-1' },
      { body: 'message 2', attributes: { type: 'b' }, groupId: 'group', deduplicationId: 'id-2' },
    ]);
    const [[, standard] = []] = delivered.filter(([queueArn]) => queueArn.endsWith('Standard'));
    expect(standard?.deduplicationId).toBeUndefined();
    expect(JSON.parse(standard?.body ?? '')).toMatchObject({
      Type: 'Notification',
      TopicArn: arn,
      Message: 'message 2',
      MessageAttributes: { type: { Type: 'String', Value: 'b' } },
    });
  });

  test('accepts a message again within five minutes without delivering it, and delivers it after that', async () => {
    await publishBatch(entry('3', 'a'));
    await publishBatch(entry('3', 'a'));
    expect(delivered).toHaveLength(1);
    nowMs += 301_000;
    await publishBatch(entry('3', 'a'));
    expect(delivered).toHaveLength(2);
  });

  test('reports a message that a queue did not take, and delivers it when it is published again', async () => {
    refuse = true;
    const { Successful, Failed } = await publishBatch(entry('4', 'a'));
    expect([Successful ?? [], Failed]).toMatchObject([[], [{ Id: '4', SenderFault: false }]]);
    refuse = false;
    await publishBatch(entry('4', 'a'));
    expect(delivered).toHaveLength(1);
  });

  test('rejects the entry without a group, and publishes the others', async () => {
    const { Failed } = await publishBatch(entry('5', 'a', { MessageGroupId: undefined }), entry('6', 'a'));
    expect(Failed).toMatchObject([{ Id: '5', Code: 'InvalidParameter', SenderFault: true }]);
    expect(delivered).toHaveLength(1);
  });

  test.each([
    ['more than ten entries', Array.from({ length: 11 }, (_, at) => entry(`m${at}`, 'a')), 'TooManyEntries'],
    ['two entries with one id', [entry('7', 'a'), entry('7', 'a')], 'BatchEntryIdsNotDistinct'],
    ['messages that are too long together', [entry('8', 'a', { Message: 'x'.repeat(262_145) })], 'BatchRequestTooLong'],
  ])('rejects %s and publishes nothing', async (_what, entries, name) => {
    await expect(publishBatch(...entries)).rejects.toThrow(
      expect.objectContaining({ name: expect.stringContaining(name) as unknown }) as Error,
    );
    expect(delivered).toEqual([]);
  });
});

const post = (headers: Readonly<Record<string, string>>, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const outgoing = request(server.endpoint, { method: 'POST', headers }, (incoming) => {
      incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const genuine = new URLSearchParams({ Action: 'Publish', TopicArn: topicArn, Message: 'text' }).toString();

test('rejects a request for another host name, which a web page could send', async () => {
  expect(await post({ ...form, host: 'attacker.example' }, genuine)).toBe(403);
  expect(published).toEqual([]);
  expect(await post(form, genuine)).toBe(200);
});

test('rejects a body that is not a form, and one that is larger than any notification', async () => {
  expect(await post({ 'content-type': 'application/json' }, '{}')).toBe(400);
  expect(await post(form, 'x'.repeat(1024 * 1024 + 1))).toBe(413);
  expect(published).toEqual([]);
});
