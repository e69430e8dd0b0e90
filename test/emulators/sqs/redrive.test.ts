import {
  CancelMessageMoveTaskCommand,
  DeleteMessageCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from '@aws-sdk/client-sqs';
import type { LocalQueue } from '../../../local/sqs/sqs';
import { arnOf, only, startSqs, type SqsFixture } from './fixture';

let fixture: SqsFixture;
let events: LocalQueue;
let deadLetters: LocalQueue;

beforeEach(async () => {
  fixture = await startSqs();
  deadLetters = fixture.sqs.createQueue('dead-letters', { MessageRetentionPeriod: 1_209_600 });
  events = fixture.sqs.createQueue('events', {
    RedrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 },
  });
});
afterEach(() => fixture.close());

const send = (queue: LocalQueue, MessageBody: string) =>
  fixture.client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, MessageGroupId: 'tenant' }));
const receive = async (queue: LocalQueue, VisibilityTimeout = 30) => {
  const { Messages = [] } = await fixture.client.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
};
const bodies = async (queue: LocalQueue) => (await receive(queue, 0)).map(({ Body }) => Body).sort();
/** Receives until nothing is left to receive, and deletes nothing. */
const fail = async (times = 6) => {
  for (let n = 0; n < times; n += 1) await receive(events, 0);
};
const start = (input: Partial<StartMessageMoveTaskCommandInput> = {}) =>
  fixture.client.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetters.arn, ...input }));
const tasks = async (MaxResults?: number) =>
  (await fixture.client.send(new ListMessageMoveTasksCommand({ SourceArn: deadLetters.arn, MaxResults }))).Results ??
  [];
const finished = async () => {
  for (;;) {
    const [task] = await tasks();
    if (task?.Status !== 'RUNNING') return task;
  }
};

describe('the dead-letter queue', () => {
  test('gets a message after exactly five receives; a good one in the same batch is not moved', async () => {
    const poison = await send(events, 'poison');
    const sentAt = (await receive(events, 0))[0]?.Attributes?.SentTimestamp;
    for (let n = 2; n <= 5; n += 1) {
      fixture.advance(60);
      expect(only(await receive(events, 0)).Attributes?.ApproximateReceiveCount).toBe(String(n));
      expect(await receive(deadLetters)).toEqual([]);
    }
    await send(events, 'good');
    expect(only(await receive(events, 0)).Body).toBe('good');

    const dead = only(await receive(deadLetters));
    expect(dead).toMatchObject({ Body: 'poison', MessageId: poison.MessageId });
    expect(dead.Attributes).toMatchObject({
      SentTimestamp: sentAt,
      ApproximateReceiveCount: '6',
      DeadLetterQueueSourceArn: events.arn,
      MessageGroupId: 'tenant',
    });
  });

  test('wakes the receives that wait for dead letters', async () => {
    await send(events, 'poison');
    await fail(5);
    const waiting = fixture.sqs.actions.ReceiveMessage({ QueueUrl: deadLetters.url, WaitTimeSeconds: 20 });
    await fail(1);
    expect(only((await waiting).Messages).Body).toBe('poison');
  });

  test('keeps the time of sending, so that retention counts from there', async () => {
    await send(events, 'poison');
    fixture.advance(345_599);
    await fail();
    fixture.advance(1_209_600 - 345_599 - 1);
    expect(await bodies(deadLetters)).toEqual(['poison']);
    fixture.advance(1);
    expect(await bodies(deadLetters)).toEqual([]);
  });

  test('an old handle of the source queue cannot delete a dead letter', async () => {
    await send(events, 'poison');
    const { ReceiptHandle } = only(await receive(events, 0));
    await fail();
    await fixture.client.send(new DeleteMessageCommand({ QueueUrl: events.url, ReceiptHandle }));
    expect(await bodies(deadLetters)).toEqual(['poison']);
  });

  test('a chain of dead-letter queues gives a message its receives in each', async () => {
    const last = fixture.sqs.createQueue('last');
    const middle = fixture.sqs.createQueue('middle', {
      RedrivePolicy: { deadLetterTargetArn: last.arn, maxReceiveCount: 2 },
    });
    events = fixture.sqs.createQueue('first', {
      RedrivePolicy: { deadLetterTargetArn: middle.arn, maxReceiveCount: 3 },
    });
    await send(events, 'poison');
    await fail(4);
    const seen = [await bodies(middle), await bodies(middle), await bodies(middle), await bodies(last)];
    expect(seen).toEqual([['poison'], ['poison'], [], ['poison']]);
  });
});

describe('a message move task', () => {
  test('moves dead letters back to their source as new messages, which fail and become dead letters again', async () => {
    const sent = await send(events, 'poison');
    await fail();
    fixture.advance(3600);
    await start();
    expect(await finished()).toEqual({
      Status: 'COMPLETED',
      SourceArn: deadLetters.arn,
      ApproximateNumberOfMessagesMoved: 1,
      ApproximateNumberOfMessagesToMove: 1,
      StartedTimestamp: expect.any(Number),
    });
    expect(await bodies(deadLetters)).toEqual([]);
    const again = only(await receive(events, 0));
    expect(again.MessageId).not.toBe(sent.MessageId);
    expect(again.Attributes).toMatchObject({ ApproximateReceiveCount: '1', MessageGroupId: 'tenant' });
    expect(again.Attributes?.SentTimestamp).toBe(again.Attributes?.ApproximateFirstReceiveTimestamp);
    expect(again.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');

    await fail(5);
    expect(only(await receive(deadLetters)).MessageId).toBe(again.MessageId);
  });

  test('moves to another queue when one is given, and only visible messages', async () => {
    const other = fixture.sqs.createQueue('other');
    await send(deadLetters, 'by hand');
    await send(deadLetters, 'in flight');
    const [first] = await receive(deadLetters);
    await fixture.sqs.actions.ChangeMessageVisibility({
      QueueUrl: deadLetters.url,
      ReceiptHandle: first?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    await start({ DestinationArn: other.arn });
    expect(await finished()).toMatchObject({
      Status: 'COMPLETED',
      DestinationArn: other.arn,
      ApproximateNumberOfMessagesMoved: 1,
    });
    expect(await bodies(other)).toEqual(['by hand']);
    fixture.advance(30);
    expect(await bodies(deadLetters)).toEqual(['in flight']);
  });

  test('leaves messages without a known source when no destination is given, and moves the rest', async () => {
    await send(deadLetters, 'by hand');
    await send(events, 'poison');
    await fail();
    await start();
    expect(await finished()).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'CouldNotDetermineMessageSource',
      ApproximateNumberOfMessagesMoved: 1,
    });
    expect(await bodies(deadLetters)).toEqual(['by hand']);
    expect(await bodies(events)).toEqual(['poison']);
  });

  test('moves at the given rate, excludes a second task, and can be cancelled', async () => {
    const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: `${n}`, MessageBody: `poison ${n}` }));
    await fixture.client.send(new SendMessageBatchCommand({ QueueUrl: events.url, Entries }));
    await fail();
    const { TaskHandle } = await start({ MaxNumberOfMessagesPerSecond: 1 });
    await expect(start()).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    const [running] = await tasks();
    expect(running).toMatchObject({ Status: 'RUNNING', TaskHandle, MaxNumberOfMessagesPerSecond: 1 });

    const cancelled = await fixture.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    const moved = cancelled.ApproximateNumberOfMessagesMoved ?? 0;
    expect(moved).toBeLessThan(10);
    expect((await bodies(deadLetters)).length).toBe(10 - moved);
    const [task] = await tasks();
    expect(task).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: moved });
    expect(task).not.toHaveProperty('TaskHandle');
    await expect(fixture.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    });

    await start();
    expect(await finished()).toMatchObject({ Status: 'COMPLETED' });
    expect(await bodies(deadLetters)).toEqual([]);
    expect((await bodies(events)).length).toBe(10);
    expect((await tasks(10)).map(({ Status }) => Status)).toEqual(['COMPLETED', 'CANCELLED']);
  });

  test.each<[string, Partial<StartMessageMoveTaskCommandInput>, string]>([
    ['a source that is not there', { SourceArn: arnOf('nowhere') }, 'ResourceNotFoundException'],
    ['a source that is not a dead-letter queue', { SourceArn: arnOf('events') }, 'InvalidParameterValue'],
    ['a destination that is not there', { DestinationArn: arnOf('nowhere') }, 'ResourceNotFoundException'],
    ['the source as destination', { DestinationArn: arnOf('dead-letters') }, 'InvalidParameterValue'],
    ['501 messages a second', { MaxNumberOfMessagesPerSecond: 501 }, 'InvalidParameterValue'],
  ])('rejects %s and moves nothing', async (_what, input, name) => {
    await send(deadLetters, 'dead');
    await expect(start(input)).rejects.toMatchObject({ name });
    expect(await tasks()).toEqual([]);
    expect(await bodies(deadLetters)).toEqual(['dead']);
  });

  test('rejects a task handle that was never issued', async () => {
    await expect(
      fixture.client.send(new CancelMessageMoveTaskCommand({ TaskHandle: 'nonsense' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
