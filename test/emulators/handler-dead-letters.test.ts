import { SQS } from '@aws-sdk/client-sqs';
import { createAwsBackend } from '../../cli/clients/aws-backend';
import type { Target } from '../../cli/target/target';
import { localCredentials, localRegion } from '../../local/server/aws-identity';
import { startQueues, type LocalQueues } from '../../local/sqs/local-service';
import { testAccount } from '../helpers/test-account';
import { fakeTarget, run as runCli } from '../unit/cli/fake-environment';

const event = (id: string): string =>
  JSON.stringify({
    specversion: '1.0',
    type: 'twilio.webhook.message.received',
    id,
    source: `/accounts/${testAccount.accountSid}`,
    time: '2026-03-04T05:06:07.008Z',
    data: { body: 'secret-text' },
  });

describe('dead letters of a handler, in a FIFO queue of the local SQS', () => {
  let queues: LocalQueues;
  let sqs: SQS;
  let target: Target;
  beforeEach(async () => {
    queues = await startQueues({ journalPath: undefined });
    await queues.configure('dead.fifo', { FifoQueue: 'true' });
    await queues.configure('replies.fifo', {
      FifoQueue: 'true',
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queues.arn('dead.fifo'), maxReceiveCount: 1 }),
    });
    sqs = new SQS({ endpoint: queues.endpoint, region: localRegion, credentials: localCredentials, maxAttempts: 1 });
    const handlers = [{ name: 'Replies', queue: queues.url('replies.fifo'), deadLetterQueue: queues.url('dead.fifo') }];
    const endpoints = {
      sqs: queues.endpoint,
      dynamodb: queues.endpoint,
      secretsmanager: queues.endpoint,
      sns: queues.endpoint,
    };
    target = { ...fakeTarget, handlers, connection: { kind: 'local', region: localRegion, endpoints } };
  });
  afterEach(async () => {
    sqs.destroy();
    await queues.close();
  });

  const send = (queue: string, group: string, id: string) =>
    sqs.sendMessage({
      QueueUrl: queues.url(queue),
      MessageBody: event(id),
      MessageGroupId: group,
      MessageDeduplicationId: id,
    });
  const receive = async () =>
    (
      await sqs.receiveMessage({
        QueueUrl: queues.url('replies.fifo'),
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['MessageGroupId'],
      })
    ).Messages ?? [];
  /** Received once, which is all that the queue allows; the next receive makes it a dead letter. */
  const failAll = async () => {
    await receive();
    expect(await receive()).toEqual([]);
  };
  const run = (...args: readonly string[]) =>
    runCli(['dead-letters', ...args], {
      target,
      deadLetters: createDeadLetters(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
    });
  /** The queue of the real backend, opened when it is used. */
  const createDeadLetters = () => {
    const open = () => createAwsBackend(target, new AbortController().signal).deadLetters('Replies');
    return {
      receive: async () => (await open()).receive(),
      release: async (handles: readonly string[]) => (await open()).release(handles),
      counts: async () => (await open()).counts(),
      startMove: async (rate: number | undefined) => (await open()).startMove(rate),
      latestMove: async () => (await open()).latestMove(),
      movedSince: async (time: number) => (await open()).movedSince(time),
    };
  };

  test('they are listed with the id and type of the event, without its content', async () => {
    await send('replies.fifo', 'one', 'event-1');
    await failAll();
    const { exitCode, data } = await run('list', '--queue', 'Replies', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(data)).toMatchObject([
      { reason: 'processing_failed', kind: 'twilio.webhook.message.received', eventId: 'event-1' },
    ]);
    expect(data).not.toContain('secret-text');
    const [{ id } = { id: '' }] = JSON.parse(data) as { id: string }[];
    const shown = await run('show', id, '--queue', 'Replies', '--body', '--json');
    expect(JSON.parse(shown.data)).toMatchObject({
      eventId: 'event-1',
      accountSid: testAccount.accountSid,
      receivedAt: '2026-03-04T05:06:07.008Z',
      body: event('event-1'),
    });
  });

  test('a redrive returns them in order, within the five minutes in which their ids would be duplicates', async () => {
    await send('replies.fifo', 'one', 'event-1');
    await send('replies.fifo', 'one', 'event-2');
    await failAll();
    const { exitCode, data, notes } = await run('redrive', '--queue', 'Replies', '--yes', '--json');
    expect({ exitCode, notes }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(data)).toEqual({ status: 'COMPLETED', moved: 2, returned: null });
    expect(notes).toContain('back to the queue of the handler Replies');
    const messages = await receive();
    expect(messages.map(({ Body }) => Body)).toEqual([event('event-1'), event('event-2')]);
    expect(messages.map(({ Attributes }) => Attributes?.MessageGroupId)).toEqual(['one', 'one']);
  });

  test('a redrive also moves what the handler itself sent to its dead-letter queue', async () => {
    await send('dead.fifo', 'one', 'permanent');
    const { data } = await run('redrive', '--queue', 'Replies', '--yes', '--json');
    expect(JSON.parse(data)).toMatchObject({ status: 'COMPLETED', moved: 1 });
    expect((await receive()).map(({ Body }) => Body)).toEqual([event('permanent')]);
  });

  test('of one conversation SQS shows ten; the list says that there are more', async () => {
    for (let at = 0; at < 12; at += 1) await send('dead.fifo', 'one', `event-${at}`);
    const { data, notes } = await run('list', '--queue', 'Replies', '--json');
    expect(JSON.parse(data)).toHaveLength(10);
    expect(notes).toContain('10 of about 12 are listed');
    expect((await run('redrive', '--queue', 'Replies', '--yes', '--json')).data).toContain('"moved": 12');
  });
});
