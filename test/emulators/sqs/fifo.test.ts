import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { LocalQueue, SqsOptions } from '../../../local/sqs/sqs';
import { only, startSqs, type SqsFixture } from './fixture';

let fixture: SqsFixture;
let queue: LocalQueue;
let deadLetters: LocalQueue;

const open = async (options: Partial<SqsOptions> = {}): Promise<void> => {
  fixture = await startSqs(options);
  deadLetters = fixture.sqs.createQueue('dead.fifo', { FifoQueue: true });
  queue = fixture.sqs.createQueue('orders.fifo', {
    FifoQueue: true,
    RedrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 2 },
  });
};

beforeEach(() => open());
afterEach(() => fixture.close());

let sent = 0;
const send = (body: string, group: string, deduplicationId = `id-${(sent += 1)}`) =>
  fixture.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    }),
  );
const receive = async (max = 10, url = queue.url): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: max,
    VisibilityTimeout: 30,
    MessageSystemAttributeNames: ['All'],
  });
  return (await fixture.client.send(command)).Messages ?? [];
};
const remove = ({ ReceiptHandle }: Message) =>
  fixture.client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

test('delivers the messages of a group in the order of sending, with ids and rising sequence numbers', async () => {
  for (const body of ['1', '2', '3']) await send(body, 'a');
  const messages = await receive();
  expect(bodies(messages)).toEqual(['1', '2', '3']);
  const numbers = messages.map(({ Attributes }) => Attributes?.SequenceNumber ?? '');
  expect([...numbers].sort()).toEqual(numbers);
  expect(new Set(numbers).size).toBe(3);
  expect(messages[0]?.Attributes).toMatchObject({ MessageGroupId: 'a', MessageDeduplicationId: 'id-1' });
});

test('delivers no message of a group while another one of it is in flight, but those of other groups', async () => {
  await send('a1', 'a');
  await send('a2', 'a');
  await send('b1', 'b');
  const first = only(await receive(1));
  expect(first.Body).toBe('a1');
  expect(bodies(await receive())).toEqual(['b1']);
  await remove(first);
  expect(bodies(await receive())).toEqual(['a2']);
});

test('delivers a message again before the later ones of its group', async () => {
  await send('a1', 'a');
  await send('a2', 'a');
  only(await receive(1));
  fixture.advance(31);
  expect(bodies(await receive())).toEqual(['a1', 'a2']);
});

test('delivers a message again at once when its visibility timeout is set to zero', async () => {
  await send('a1', 'a');
  await send('a2', 'a');
  const { ReceiptHandle } = only(await receive(1));
  await fixture.client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  expect(only(await receive(1)).Body).toBe('a1');
});

test('drops a message that is sent again within five minutes, and answers as the first time', async () => {
  const first = await send('1', 'a', 'same');
  await remove(only(await receive()));
  fixture.advance(299);
  const again = await send('other', 'a', 'same');
  expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
  expect(await receive()).toEqual([]);
  fixture.advance(2);
  await send('later', 'a', 'same');
  expect(bodies(await receive())).toEqual(['later']);
});

test('a poison message goes to the dead-letter queue with its group id; the rest of its group is delivered', async () => {
  await send('poison', 'a');
  await send('good', 'a');
  for (let times = 0; times < 2; times += 1) {
    expect(only(await receive(1)).Body).toBe('poison');
    fixture.advance(31);
  }
  expect(bodies(await receive(1))).toEqual(['good']);
  const dead = only(await receive(1, deadLetters.url));
  expect(dead).toMatchObject({ Body: 'poison', Attributes: { MessageGroupId: 'a' } });
});

test('a redriven message comes back behind the messages that its group has by then', async () => {
  await send('poison', 'a');
  for (let times = 0; times < 2; times += 1) {
    only(await receive(1));
    fixture.advance(31);
  }
  expect(await receive(1)).toEqual([]);
  await send('later', 'a');
  await fixture.client.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetters.arn }));
  const later = only(await receive(1));
  expect(later.Body).toBe('later');
  await remove(later);
  const until = Date.now() + 5_000;
  let back = await receive(1);
  while (back.length === 0 && Date.now() < until) back = await receive(1);
  expect(bodies(back)).toEqual(['poison']);
});

test.each([
  ['no group', { MessageDeduplicationId: 'x' }, 'MissingParameter'],
  ['no deduplication id', { MessageGroupId: 'a' }, 'InvalidParameterValue'],
  ['a delay', { MessageGroupId: 'a', MessageDeduplicationId: 'x', DelaySeconds: 1 }, 'InvalidParameterValue'],
])('rejects a message with %s', async (_what, fields, name) => {
  const command = new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x', ...fields });
  await expect(fixture.client.send(command)).rejects.toMatchObject({ name });
});

test('rejects a deduplication id on a standard queue, and a standard dead-letter queue', async () => {
  const standard = fixture.sqs.createQueue('standard');
  await expect(
    fixture.client.send(
      new SendMessageCommand({ QueueUrl: standard.url, MessageBody: 'x', MessageDeduplicationId: 'x' }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  expect(() =>
    fixture.sqs.createQueue('other.fifo', {
      FifoQueue: true,
      RedrivePolicy: { deadLetterTargetArn: standard.arn, maxReceiveCount: 2 },
    }),
  ).toThrow('of the same type');
});

test('uses the content as deduplication id if the queue is configured for it', async () => {
  const byContent = fixture.sqs.createQueue('content.fifo', {
    FifoQueue: true,
    ContentBasedDeduplication: true,
  });
  const entries = ['x', 'x', 'y'].map((MessageBody, at) => ({
    Id: String(at),
    MessageBody,
    MessageGroupId: 'a',
  }));
  await fixture.client.send(new SendMessageBatchCommand({ QueueUrl: byContent.url, Entries: entries }));
  expect(bodies(await receive(10, byContent.url))).toEqual(['x', 'y']);
});

test('keeps order, sequence numbers and messages over a restart', async () => {
  await fixture.close();
  const directory = mkdtempSync(join(tmpdir(), 'gateway-fifo-'));
  const journalPath = join(directory, 'queues.journal');
  try {
    await open({ journalPath });
    await send('1', 'a', 'one');
    const second = await send('2', 'a', 'two');
    await remove(only(await receive(1)));
    await fixture.close();
    await open({ journalPath });
    await send('again', 'a', 'one');
    const third = await send('3', 'a', 'three');
    expect(bodies(await receive())).toEqual(['2', '3']);
    expect((third.SequenceNumber ?? '') > (second.SequenceNumber ?? '')).toBe(true);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
