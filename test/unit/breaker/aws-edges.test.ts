import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBreakerNotify } from '../../../lambda/breaker/aws/sns-notify';
import { createBreakerSecretReader } from '../../../lambda/breaker/aws/breaker-secret-reader';
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
  // A server on a TCP port has an AddressInfo.
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
])('a notice (%s) is published in a form that SNS accepts', async (_name, notice) => {
  const sns = await startSns(200);
  try {
    await createBreakerNotify('arn:aws:sns:eu-west-1:111122223333:topic', testClient(sns.endpoint))(notice, signal);
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

describe('the secret', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:breaker-AbCdEf';
  test('is read again each time', async () => {
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

  test('rejects if access is denied', async () => {
    const secrets = await startAwsStub(() => awsError('AccessDeniedException'));
    try {
      const read = createBreakerSecretReader(arn, testClient(secrets.endpoint));
      await expect(read(signal)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    } finally {
      await secrets.stop();
    }
  });
});
