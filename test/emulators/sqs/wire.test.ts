import { request } from 'node:http';
import { connect } from 'node:net';
import { AddPermissionCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createAwsJsonServer } from '../../../local/server/aws-json';
import { startSqs, type SqsFixture } from './fixture';

let fixture: SqsFixture;
let QueueUrl: string;

beforeEach(async () => {
  fixture = await startSqs();
  QueueUrl = fixture.sqs.createQueue('events').url;
});
afterEach(() => fixture.close());

const headers = (action: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `AmazonSQS.${action}`,
});
const call = async (action: string, body: string | Buffer, other: Record<string, string> = {}) => {
  const response = await fetch(fixture.endpoint, {
    method: 'POST',
    headers: { ...headers(action), ...other },
    body,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const visible = async () =>
  (
    await fixture.sqs.actions.GetQueueAttributes({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    })
  ).Attributes?.ApproximateNumberOfMessages;

test('an answer has the headers of AWS', async () => {
  const answer = await call('SendMessage', JSON.stringify({ QueueUrl, MessageBody: 'x' }));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/x-amz-json-1.0');
  expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
});

test('an error has the codes of both protocols', async () => {
  const answer = await call('SendMessage', JSON.stringify({ QueueUrl: `${QueueUrl}x`, MessageBody: 'x' }));
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
  expect(answer.body).toEqual({
    __type: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
  });
});

test('rejects an action that it does not have, and says which it has', async () => {
  const command = new AddPermissionCommand({ QueueUrl, Label: 'x', AWSAccountIds: ['1'], Actions: ['*'] });
  await expect(fixture.client.send(command)).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringContaining('SendMessage'),
  });
});

test.each([
  ['no JSON', '{"QueueUrl": "secret words', 'SerializationException'],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'SerializationException'],
  ['no object', '[]', 'SerializationException'],
  ['null', 'null', 'SerializationException'],
  ['a wrong type', JSON.stringify({ QueueUrl: 'x', MessageBody: 7 }), 'SerializationException'],
  ['nothing', '', 'MissingParameter'],
  [
    'a parameter that AWS does not have',
    JSON.stringify({ QueueUrl: 'x', MessageBody: 'x', Colour: 1 }),
    'UnsupportedOperation',
  ],
  ['a prototype', '{"__proto__": {"QueueUrl": "x"}, "MessageBody": "x"}', 'UnsupportedOperation'],
])('rejects %s as input without quoting it', async (_what, body, code) => {
  const answer = await call('SendMessage', body);
  expect(answer.status).toBe(400);
  expect(answer.body.__type).toBe(code);
  expect(JSON.stringify(answer.body)).not.toContain('secret');
});

test.each([
  ['an action of another service', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, 'UnknownOperationException'],
  ['an action that every object has', { 'x-amz-target': 'AmazonSQS.constructor' }, 'UnknownOperationException'],
  ['no action', { 'x-amz-target': '' }, 'UnknownOperationException'],
  ['the query protocol', { 'content-type': 'application/x-www-form-urlencoded' }, 'InvalidRequest'],
])('rejects %s', async (_what, other, code) => {
  const answer = await call('SendMessage', JSON.stringify({ QueueUrl, MessageBody: 'x' }), other);
  expect(answer.status).toBe(400);
  expect(answer.body.__type).toBe(code);
  expect(await visible()).toBe('0');
});

test('rejects a request for another host name, which a web page could send', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(
      fixture.endpoint,
      { method: 'POST', headers: { ...headers('ListQueues'), host: 'attacker.example' } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on('error', reject);
    sent.end('{}');
  });
  expect(status).toBe(403);
});

test('rejects a body of more than 8 MiB and serves the next request', async () => {
  const large = new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(9 * 1024 * 1024) });
  await expect(fixture.client.send(large)).rejects.toThrow();
  await fixture.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  expect(await visible()).toBe('1');
});

test('serves the next request after input that is not HTTP', async () => {
  const { port } = new URL(fixture.endpoint);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('\u0000\u0001 nonsense\r\n\r\n'));
    socket.on('close', () => resolve());
    socket.on('error', () => undefined);
    socket.resume();
  });
  expect((await call('ListQueues', '{}')).status).toBe(200);
});

test('closing ends long polls and open connections at once', async () => {
  const waiting = fixture.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).then(
    ({ Messages }) => Messages,
    () => undefined,
  );
  await fixture.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 900 }));
  await fixture.close();
  expect(await waiting).toBeUndefined();
  await expect(fetch(fixture.endpoint)).rejects.toThrow();
});

test('rejects a port that is taken', async () => {
  const port = Number(new URL(fixture.endpoint).port);
  await expect(createAwsJsonServer(fixture.sqs.handler).start(port)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('answers an internal error with 500 and no detail', async () => {
  const server = await createAwsJsonServer({
    targetPrefix: 'AmazonSQS',
    jsonVersion: '1.0',
    actions: { Fail: () => Promise.reject(new Error('inner words')) },
  }).start();
  const response = await fetch(server.endpoint, { method: 'POST', headers: headers('Fail'), body: '{}' });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('inner');
  await server.close();
});
