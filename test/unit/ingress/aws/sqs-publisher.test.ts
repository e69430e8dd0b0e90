import { createHash } from 'node:crypto';
import { createSqsPublisher } from '../../../../lambda/ingress/aws/sqs-publisher';
import { awsError, startAwsStub, testClient, type StubAnswer, type StubRequest } from './aws-stub';

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/events';
const publication = { body: '{"text":"\\u00e9"}', messageGroupId: 'AC1' };

const stored = ({ input }: StubRequest): StubAnswer => ({
  status: 200,
  body: {
    MessageId: 'message-1',
    MD5OfMessageBody: createHash('md5').update(String(input['MessageBody'])).digest('hex'),
  },
});

/** Publishes once against an SQS that answers what the test says. */
const publishAgainst = async (
  answer: (request: StubRequest, count: number) => StubAnswer,
  signal = new AbortController().signal,
) => {
  const sqs = await startAwsStub(answer);
  try {
    const startedAt = performance.now();
    const outcome = await createSqsPublisher(queueUrl, testClient(sqs.endpoint)).publish(publication, signal);
    return { outcome, requests: sqs.requests, durationMs: performance.now() - startedAt };
  } finally {
    await sqs.stop();
  }
};

test('a publication is one message with its account as group', async () => {
  const { outcome, requests } = await publishAgainst(stored);
  expect(outcome).toEqual({ kind: 'ok', messageId: 'message-1' });
  expect(requests).toEqual([
    {
      operation: 'SendMessage',
      input: { QueueUrl: queueUrl, MessageBody: publication.body, MessageGroupId: 'AC1' },
    },
  ]);
});

test.each([
  ['ThrottlingException', 400],
  ['RequestThrottled', 400],
  ['InternalFailure', 500],
  ['ServiceUnavailable', 503],
])('two answers of %s and then success are a success within three seconds', async (type, status) => {
  const { outcome, requests, durationMs } = await publishAgainst((request, count) =>
    count < 3 ? awsError(type, status) : stored(request),
  );
  expect(outcome.kind).toBe('ok');
  expect(requests).toHaveLength(3);
  // The pauses are below 200 and 400 ms by construction; the rest is room for a busy machine.
  expect(durationMs).toBeLessThan(3_000);
});

test('a connection that is cut is tried again', async () => {
  const { outcome } = await publishAgainst((request, count) => (count === 1 ? 'reset' : stored(request)));
  expect(outcome.kind).toBe('ok');
});

test.each(['AccessDeniedException', 'AccessDenied', 'KmsAccessDenied', 'KmsDisabled'])(
  'rejects %s as denied, without a second attempt',
  async (type) => {
    const { outcome, requests } = await publishAgainst(() => awsError(type));
    expect(outcome).toEqual({ kind: 'denied', errorName: type, serviceStatus: 400 });
    expect(requests).toHaveLength(1);
  },
);

test.each(['QueueDoesNotExist', 'com.amazonaws.sqs#QueueDoesNotExist'])(
  'rejects a queue that does not exist (%s)',
  async (type) => {
    const { outcome } = await publishAgainst(() => ({
      status: 400,
      headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
      body: { __type: type, message: 'no' },
    }));
    expect(outcome.kind).toBe('no_queue');
  },
);

test('rejects as failed when every attempt fails, with the name of the error and the status', async () => {
  const { outcome, requests } = await publishAgainst(() => awsError('InternalFailure', 500));
  expect(outcome).toEqual({ kind: 'failed', errorName: 'InternalFailure', serviceStatus: 500 });
  expect(requests).toHaveLength(3);
});

test('rejects an answer with another MD5 than that of the bytes sent', async () => {
  const { outcome } = await publishAgainst(() => ({
    status: 200,
    body: { MessageId: 'message-1', MD5OfMessageBody: '0'.repeat(32) },
  }));
  expect(outcome.kind).toBe('failed');
});

test('rejects as failed when the queue does not answer, as soon as the signal aborts', async () => {
  const controller = new AbortController();
  const { outcome, requests } = await publishAgainst(() => {
    setImmediate(() => controller.abort());
    return 'hang';
  }, controller.signal);
  expect(outcome).toMatchObject({ kind: 'failed', errorName: 'AbortError' });
  expect(requests).toHaveLength(1);
});

test('rejects by itself a queue that never answers, after three attempts', async () => {
  const { outcome, requests, durationMs } = await publishAgainst(() => 'hang');
  expect(outcome).toMatchObject({ kind: 'failed', errorName: 'TimeoutError' });
  expect(requests).toHaveLength(3);
  expect(durationMs).toBeLessThan(4_100);
});
