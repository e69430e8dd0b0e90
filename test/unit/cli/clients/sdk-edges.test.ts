import { createSecretsManagerStore } from '../../../../cli/clients/secrets-manager-store';
import { createSqsDeadLetterQueue, type SqsCalls } from '../../../../cli/clients/sqs-dead-letter-queue';

const { signal } = new AbortController();
const refuse = (name: string) => () => Promise.reject(Object.assign(new Error(name), { name }));
const unexpected = refuse('NotProvidedByTheTest');
const sqs = (calls: Partial<SqsCalls>): SqsCalls => ({
  receiveMessage: unexpected,
  changeMessageVisibilityBatch: unexpected,
  getQueueAttributes: unexpected,
  startMessageMoveTask: unexpected,
  listMessageMoveTasks: unexpected,
  ...calls,
});
const queue = (calls: Partial<SqsCalls>) => createSqsDeadLetterQueue(sqs(calls), 'https://sqs.example/q', signal);
const arn = 'arn:aws:sqs:us-east-1:000000000000:q';

describe('the dead-letter queue at SQS', () => {
  it('long-polls, hides for a bounded time, and reads count and time from the system attributes', async () => {
    const inputs: unknown[] = [];
    const messages = await queue({
      receiveMessage: (input) => {
        inputs.push(input);
        return Promise.resolve({
          Messages: [
            {
              MessageId: 'id',
              ReceiptHandle: 'handle',
              Body: 'body',
              Attributes: { ApproximateReceiveCount: '6', SentTimestamp: '1772600767008' },
            },
          ],
        });
      },
    }).receive();
    expect(messages).toEqual([
      {
        id: 'id',
        receiptHandle: 'handle',
        body: 'body',
        receiveCount: 6,
        sentAt: '2026-03-04T05:06:07.008Z',
      },
    ]);
    expect(inputs).toMatchObject([{ MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 60 }]);
  });

  it('releases in batches of ten and counts the failed messages, all of a batch that fails as a whole', async () => {
    const sizes: number[] = [];
    const failed = await queue({
      changeMessageVisibilityBatch: ({ Entries = [] }) => {
        sizes.push(Entries.length);
        expect(Entries.every(({ VisibilityTimeout }) => VisibilityTimeout === 0)).toBe(true);
        if (sizes.length === 2) return unexpected();
        return Promise.resolve({
          Failed: sizes.length === 1 ? [{ Id: '0', SenderFault: true, Code: 'x' }] : [],
        });
      },
    }).release(Array.from({ length: 23 }, (_, at) => `handle-${at}`));
    expect(sizes).toEqual([10, 10, 3]);
    expect(failed).toBe(11);
  });

  it('starts a move with the ARN that SQS returns, and reads the task that started last', async () => {
    const started: unknown[] = [];
    const moving = queue({
      getQueueAttributes: () => Promise.resolve({ Attributes: { QueueArn: arn, ApproximateNumberOfMessages: '2' } }),
      startMessageMoveTask: (input) => {
        started.push(input);
        return Promise.resolve({});
      },
      listMessageMoveTasks: () =>
        Promise.resolve({
          Results: [
            { Status: 'COMPLETED', StartedTimestamp: 1, ApproximateNumberOfMessagesMoved: 9 },
            { Status: 'RUNNING', StartedTimestamp: 2, ApproximateNumberOfMessagesToMove: 4 },
          ],
        }),
    });
    expect(await moving.counts()).toEqual({ visible: 2, inFlight: 0 });
    await moving.startMove(undefined);
    await moving.startMove(7);
    expect(started).toEqual([{ SourceArn: arn }, { SourceArn: arn, MaxNumberOfMessagesPerSecond: 7 }]);
    expect(await moving.latestMove()).toEqual({
      status: 'RUNNING',
      moved: 0,
      toMove: 4,
      startedAt: 2,
      failureReason: null,
    });
  });
});

describe('secrets at Secrets Manager', () => {
  const reader = (getSecretValue: () => Promise<{ SecretString?: string }>) =>
    createSecretsManagerStore(
      {
        getSecretValue,
        describeSecret: refuse('ResourceNotFoundException'),
        putSecretValue: unexpected,
        restoreSecret: unexpected,
        updateSecretVersionStage: unexpected,
      },
      signal,
    );

  it('distinguishes a missing secret or stage from one without text, without rejecting', async () => {
    const missing = reader(refuse('ResourceNotFoundException'));
    expect(await missing.read('id', 'AWSPENDING')).toEqual({ kind: 'missing' });
    expect(await missing.describe('id')).toBeUndefined();
    expect(await reader(() => Promise.resolve({})).read('id', 'AWSCURRENT')).toEqual({
      kind: 'text',
      text: undefined,
    });
  });

  it('rejects every other fault as it is', async () => {
    await expect(reader(refuse('AccessDeniedException')).read('id', 'AWSCURRENT')).rejects.toThrow(
      'AccessDeniedException',
    );
  });

  it('restores a secret scheduled for deletion before it stores, and says what to do about a deleted one', async () => {
    const calls: string[] = [];
    const record = (name: string) => () => {
      calls.push(name);
      return Promise.resolve({});
    };
    const store = (describeSecret: () => Promise<{ DeletedDate?: Date }>) =>
      createSecretsManagerStore(
        {
          getSecretValue: unexpected,
          describeSecret,
          putSecretValue: record('put'),
          restoreSecret: record('restore'),
          updateSecretVersionStage: unexpected,
        },
        signal,
      );
    await store(() => Promise.resolve({ DeletedDate: new Date() })).put('id', 'text');
    expect(calls).toEqual(['restore', 'put']);
    await expect(store(refuse('ResourceNotFoundException')).put('id', 'text')).rejects.toThrow('lib/stages.ts');
    expect(calls).toHaveLength(2);
  });

  it('describes the stages of all versions', async () => {
    const described = createSecretsManagerStore(
      {
        getSecretValue: unexpected,
        putSecretValue: unexpected,
        restoreSecret: unexpected,
        updateSecretVersionStage: unexpected,
        describeSecret: () =>
          Promise.resolve({
            Name: 'name',
            LastChangedDate: new Date('2026-01-02T03:04:05Z'),
            VersionIdsToStages: { a: ['AWSCURRENT'], b: ['AWSPREVIOUS', 'mine'] },
          }),
      },
      signal,
    );
    expect(await described.describe('id')).toEqual({
      name: 'name',
      stages: ['AWSCURRENT', 'AWSPREVIOUS', 'mine'],
      versionIds: { AWSCURRENT: 'a', AWSPREVIOUS: 'b' },
      changedAt: '2026-01-02T03:04:05.000Z',
    });
  });
});
