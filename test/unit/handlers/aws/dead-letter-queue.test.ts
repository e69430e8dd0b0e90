import { ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { createDeadLetterQueue } from '../../../../lambda/handlers/aws/dead-letter-queue';
import { only, region, startSqs, type SqsFixture } from '../../../emulators/sqs/fixture';
import { messageEvent, recordOf } from '../fixture';

let fixture: SqsFixture;
const signal = new AbortController().signal;

beforeAll(async () => {
  fixture = await startSqs();
});
afterAll(() => fixture.close());

const receive = async (url: string): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  return (await fixture.client.send(command)).Messages ?? [];
};
const deadLetterQueue = (url: string) =>
  createDeadLetterQueue(url, {
    region,
    endpoint: fixture.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
const event = messageEvent(1);
const record: SQSRecord = {
  ...recordOf(event, 'm1', 'conversation'),
  messageAttributes: {
    type: { dataType: 'String', stringValue: event.type },
    digest: { dataType: 'Binary', binaryValue: Buffer.from('bytes').toString('base64') },
  },
};

test('a FIFO queue gets body, attributes and group, and only once if the write is repeated', async () => {
  const { url } = fixture.sqs.createQueue('dead.fifo', { FifoQueue: true });
  const put = deadLetterQueue(url);
  await put(record, event.id, signal);
  await put(record, event.id, signal);
  const message = only(await receive(url));
  expect(message.Body).toBe(record.body);
  expect(message.Attributes).toMatchObject({ MessageGroupId: 'conversation' });
  expect(message.Attributes?.['MessageDeduplicationId']).toMatch(/^[0-9a-f]{64}$/);
  expect(message.MessageAttributes).toEqual({
    type: { DataType: 'String', StringValue: event.type },
    digest: { DataType: 'Binary', BinaryValue: new Uint8Array(Buffer.from('bytes')) },
  });
});

test('a FIFO queue keeps an event that is redriven and fails again within five minutes', async () => {
  const { url } = fixture.sqs.createQueue('again.fifo', { FifoQueue: true });
  const put = deadLetterQueue(url);
  await put(record, event.id, signal);
  await put({ ...record, messageId: 'redriven' }, event.id, signal);
  expect(await receive(url)).toHaveLength(2);
});

test('a standard queue gets a message without group', async () => {
  const { url } = fixture.sqs.createQueue('dead');
  await deadLetterQueue(url)(recordOf(event, 'm1'), event.id, signal);
  const message = only(await receive(url));
  expect(message.Body).toBe(record.body);
  expect(message.Attributes).not.toHaveProperty('MessageGroupId');
  expect(message.MessageAttributes).toBeUndefined();
});

test('a queue that is gone rejects', async () => {
  const url = fixture.sqs.createQueue('here').url.replace(/here$/, 'gone');
  await expect(deadLetterQueue(url)(recordOf(event, 'm1'), event.id, signal)).rejects.toThrow();
});
