import { request } from 'node:http';
import { ListTopicsCommand, PublishCommand, SNSClient, type PublishCommandInput } from '@aws-sdk/client-sns';
import { startSns } from '../../local/sns/sns';
import type { PublishedNotice } from '../../local/sns/publish';
import type { LoopbackEndpoint } from '../../local/server/loopback-server';

const topicArn = 'arn:aws:sns:us-east-1:000000000000:Topic';
const published: PublishedNotice[] = [];
let server: LoopbackEndpoint;
let client: SNSClient;
beforeAll(async () => {
  server = await startSns({ topicArns: new Set([topicArn]), onNotice: (notice) => published.push(notice) });
  client = new SNSClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
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
      'what it would not honour: attributes',
      { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
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

test('rejects a request from a web page with a host name of its own', async () => {
  expect(await post({ ...form, host: 'attacker.example' }, genuine)).toBe(403);
  expect(published).toEqual([]);
  expect(await post(form, genuine)).toBe(200);
});

test('rejects a body that is not a form, and one that is larger than any notification', async () => {
  expect(await post({ 'content-type': 'application/json' }, '{}')).toBe(400);
  expect(await post(form, 'x'.repeat(1024 * 1024 + 1))).toBe(413);
  expect(published).toEqual([]);
});
