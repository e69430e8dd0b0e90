import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBreakerNotify } from '../../../lambda/breaker/aws/sns-notify';
import { createBreakerRetry } from '../../../lambda/breaker/aws/sqs-visibility';
import { createBreakerSecretReader } from '../../../lambda/breaker/aws/breaker-secret-reader';
import { createBreakerBatch } from '../../../lambda/breaker/batch';
import { dryRunNotice, tripNotice } from '../../../lambda/breaker/notifications';
import { awsError, startAwsStub, testClient } from '../ingress/aws/aws-stub';
import { configured, parentSid, subaccountSid } from './firings';

const signal = new AbortController().signal;

/** SNS speaks forms and XML, unlike the other services. */
const startSns = async (status: number) => {
  const published: Record<string, string>[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      published.push(Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())));
      outgoing.writeHead(status, { 'content-type': 'text/xml' });
      outgoing.end(
        status === 200
          ? '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>'
          : '<ErrorResponse><Error><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>',
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on a port, the address is no pipe.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    published,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const context = { stageName: 'prod', targetSid: subaccountSid, trigger: configured };

test.each([
  ['tripped', tripNotice(context, 3)],
  ['dry run', dryRunNotice(context)],
])('a notice (%s) is published as SNS takes it', async (_name, notice) => {
  const sns = await startSns(200);
  try {
    await createBreakerNotify('arn:aws:sns:eu-west-1:111122223333:topic', testClient(sns.endpoint))(
      notice,
      signal,
    );
    expect(sns.published).toEqual([
      expect.objectContaining({
        Action: 'Publish',
        TopicArn: 'arn:aws:sns:eu-west-1:111122223333:topic',
        Subject: notice.subject,
        Message: notice.text,
      }),
    ]);
    expect(notice.subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  } finally {
    await sns.stop();
  }
});

test('rejects a notice that SNS refuses', async () => {
  const sns = await startSns(403);
  try {
    const notify = createBreakerNotify('arn:aws:sns:eu-west-1:111122223333:topic', testClient(sns.endpoint));
    await expect(notify(tripNotice(context, 0), signal)).rejects.toThrow();
  } finally {
    await sns.stop();
  }
});

test('a retry changes the visibility of the message', async () => {
  const sqs = await startAwsStub(() => ({ status: 200, body: {} }));
  try {
    const queueUrl = `${sqs.endpoint}/111122223333/breaker`;
    await createBreakerRetry(queueUrl, testClient(sqs.endpoint))('handle-1', 60);
    expect(sqs.requests).toEqual([
      {
        operation: 'ChangeMessageVisibility',
        input: { QueueUrl: queueUrl, ReceiptHandle: 'handle-1', VisibilityTimeout: 60 },
      },
    ]);
  } finally {
    await sqs.stop();
  }
});

describe('the secret', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:breaker-AbCdEf';
  test('is read anew each time', async () => {
    const text = JSON.stringify({
      accountSid: parentSid,
      authToken: 'dummy',
      subaccounts: { support: subaccountSid },
    });
    const secrets = await startAwsStub((_request, count) => ({
      status: 200,
      body: { SecretString: count === 1 ? '{"accountSid":"CHANGE_ME"}' : text },
    }));
    try {
      const read = createBreakerSecretReader(arn, testClient(secrets.endpoint));
      expect(await read(signal)).toEqual({ kind: 'placeholder' });
      expect(await read(signal)).toMatchObject({ kind: 'ok' });
      expect(secrets.requests[0]).toEqual({ operation: 'GetSecretValue', input: { SecretId: arn } });
    } finally {
      await secrets.stop();
    }
  });

  test('rejects when it may not be read', async () => {
    const secrets = await startAwsStub(() => awsError('AccessDeniedException'));
    try {
      const read = createBreakerSecretReader(arn, testClient(secrets.endpoint));
      await expect(read(signal)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    } finally {
      await secrets.stop();
    }
  });
});

describe('a batch', () => {
  const record = (messageId: string, receives: string) => ({
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: 'body',
    attributes: {
      ApproximateReceiveCount: receives,
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn',
    awsRegion: 'eu-west-1',
  });

  test('names exactly the messages that must come back', async () => {
    const received: number[] = [];
    const batch = createBreakerBatch(({ messageId, receiveCount }) => {
      received.push(receiveCount);
      return Promise.resolve(messageId === 'b' ? 'failed' : 'done');
    });
    const event = { Records: [record('a', '1'), record('b', '4'), record('c', '1')] };
    expect(await batch(event, { getRemainingTimeInMillis: () => 60_000 })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'b' }],
    });
    expect(received).toEqual([1, 4, 1]);
  });

  test('rejects to work on when time is up', async () => {
    const batch = createBreakerBatch(
      (_record, aborted) =>
        new Promise((resolve) => aborted.addEventListener('abort', () => resolve('failed'))),
    );
    expect(await batch({ Records: [record('a', '1')] }, { getRemainingTimeInMillis: () => 3_000 })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });
  });
});
