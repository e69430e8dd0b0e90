import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { accountId, arnOf, startSqs, type SqsFixture } from './fixture';

let fixture: SqsFixture;

beforeEach(async () => {
  fixture = await startSqs();
});
afterEach(() => fixture.close());

const attributesOf = async (QueueUrl: string) =>
  (await fixture.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes;

test("a queue has the properties of its template, and AWS's defaults for the others", async () => {
  const deadLetters = fixture.sqs.createQueue('dead-letters', {
    MessageRetentionPeriod: 1_209_600,
    RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [arnOf('events')] },
  });
  const events = fixture.sqs.createQueue('events', {
    VisibilityTimeout: 180,
    RedrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 },
    SqsManagedSseEnabled: true,
  });
  expect(events).toEqual({
    name: 'events',
    arn: arnOf('events'),
    url: `${fixture.endpoint}/${accountId}/events`,
  });
  expect(await attributesOf(events.url)).toEqual({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
    DelaySeconds: '0',
    LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    QueueArn: events.arn,
    ReceiveMessageWaitTimeSeconds: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: '180',
  });
  expect((await attributesOf(deadLetters.url))?.RedriveAllowPolicy).toContain('byQueue');
  expect(await fixture.client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters.url }))).toMatchObject(
    { queueUrls: [events.url] },
  );
});

test('creating a queue again returns the same URL, and is rejected with other attributes', async () => {
  const create = (VisibilityTimeout: string) =>
    fixture.client.send(new CreateQueueCommand({ QueueName: 'events', Attributes: { VisibilityTimeout } }));
  const first = await create('60');
  expect((await create('60')).QueueUrl).toBe(first.QueueUrl);
  await expect(create('61')).rejects.toMatchObject({ name: 'QueueNameExists', Code: 'QueueAlreadyExists' });
  expect((await fixture.client.send(new GetQueueUrlCommand({ QueueName: 'events' }))).QueueUrl).toBe(first.QueueUrl);
});

test('queues are listed by prefix and in pages', async () => {
  for (const name of ['a-1', 'a-2', 'a-3', 'b-1']) fixture.sqs.createQueue(name);
  const list = async (NextToken?: string) =>
    fixture.client.send(new ListQueuesCommand({ QueueNamePrefix: 'a-', MaxResults: 2, NextToken }));
  const first = await list();
  const second = await list(first.NextToken);
  const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].map((url) => url.split('/').at(-1));
  expect(names).toEqual(['a-1', 'a-2', 'a-3']);
  expect(second.NextToken).toBeUndefined();
  expect((await fixture.client.send(new ListQueuesCommand({ QueueNamePrefix: 'c' }))).QueueUrls).toBeUndefined();
});

test('changed attributes take effect at once', async () => {
  const { url: QueueUrl } = fixture.sqs.createQueue('events');
  await fixture.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '900' } }));
  await fixture.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  expect(await attributesOf(QueueUrl)).toMatchObject({
    DelaySeconds: '900',
    ApproximateNumberOfMessagesDelayed: '1',
  });
});

test('a purge deletes every message, and a second one has to wait a minute', async () => {
  const { url: QueueUrl } = fixture.sqs.createQueue('events');
  const send = () => fixture.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const purge = () => fixture.client.send(new PurgeQueueCommand({ QueueUrl }));
  await send();
  await send();
  await fixture.client.send(new ReceiveMessageCommand({ QueueUrl }));
  await purge();
  fixture.advance(30);
  expect((await fixture.client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
  await send();
  await expect(purge()).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
  expect(await attributesOf(QueueUrl)).toMatchObject({ ApproximateNumberOfMessages: '1' });
  fixture.advance(30);
  await purge();
  expect(await attributesOf(QueueUrl)).toMatchObject({ ApproximateNumberOfMessages: '0' });
});

test('rejects a queue that is not there with both of its error codes', async () => {
  const QueueUrl = `${fixture.endpoint}/${accountId}/nowhere`;
  await expect(fixture.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(fixture.client.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
  });
  await expect(fixture.client.send(new PurgeQueueCommand({ QueueUrl: 'nowhere' }))).rejects.toMatchObject({
    name: 'InvalidAddress',
  });
});

test.each<[string, string, Record<string, unknown>, string]>([
  ['a name with a space', 'a b', {}, 'InvalidParameterValue'],
  ['a FIFO name without the attribute', 'a.fifo', {}, 'InvalidParameterValue'],
  ['a FIFO attribute without the name', 'a', { FifoQueue: true }, 'InvalidParameterValue'],
  ['an unknown attribute', 'a', { Colour: 'red' }, 'InvalidAttributeName'],
  ['a read-only attribute', 'a', { QueueArn: 'x' }, 'InvalidAttributeName'],
  ['a visibility timeout beyond 12 hours', 'a', { VisibilityTimeout: 43_201 }, 'InvalidAttributeValue'],
  ['a retention of 59 seconds', 'a', { MessageRetentionPeriod: 59 }, 'InvalidAttributeValue'],
  ['a redrive policy that is not JSON', 'a', { RedrivePolicy: 'x' }, 'InvalidAttributeValue'],
  [
    'a redrive policy to an unknown queue',
    'a',
    { RedrivePolicy: { deadLetterTargetArn: arnOf('b') } },
    'InvalidParameterValue',
  ],
  ['a redrive policy to itself', 'a', { RedrivePolicy: { deadLetterTargetArn: arnOf('a') } }, 'InvalidParameterValue'],
  [
    'a dead-letter queue that does not allow it',
    'a',
    { RedrivePolicy: { deadLetterTargetArn: arnOf('closed'), maxReceiveCount: 5 } },
    'InvalidParameterValue',
  ],
  [
    'a receive count of 0',
    'a',
    { RedrivePolicy: { deadLetterTargetArn: arnOf('open'), maxReceiveCount: 0 } },
    'InvalidParameterValue',
  ],
  ['byQueue without queues', 'a', { RedriveAllowPolicy: { redrivePermission: 'byQueue' } }, 'InvalidAttributeValue'],
])('rejects %s and creates nothing', async (_what, name, attributes, code) => {
  fixture.sqs.createQueue('open');
  fixture.sqs.createQueue('closed', { RedriveAllowPolicy: { redrivePermission: 'denyAll' } });
  const attempt = async () => Promise.resolve(fixture.sqs.createQueue(name, attributes));
  await expect(attempt()).rejects.toMatchObject({ name: code });
  expect((await fixture.client.send(new ListQueuesCommand())).QueueUrls).toHaveLength(2);
});

test('rejects an unknown attribute name in GetQueueAttributes', async () => {
  const { url: QueueUrl } = fixture.sqs.createQueue('events');
  // A name that the type does not allow, as an older or newer client may send.
  const input = JSON.parse(JSON.stringify({ QueueUrl, AttributeNames: ['Colour'] })) as { QueueUrl: string };
  await expect(fixture.client.send(new GetQueueAttributesCommand(input))).rejects.toMatchObject({
    name: 'InvalidAttributeName',
  });
});
