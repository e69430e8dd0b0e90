import { createHash } from 'node:crypto';
import type * as Handler from '../../../lambda/ingress/handler';
import { startAwsStub, type StubRequest } from './aws/aws-stub';
import { accountA, tokenA, webhookEvent } from './fakes';

const answer = ({ operation, input }: StubRequest) => ({ status: 200, body: bodyOf(operation, input) });

const bodyOf = (operation: string, input: StubRequest['input']) => {
  switch (operation) {
    case 'SendMessage':
      return {
        MessageId: 'message-1',
        MD5OfMessageBody: createHash('md5').update(String(input['MessageBody'])).digest('hex'),
      };
    case 'DescribeSecret':
      return { VersionIdsToStages: { v1: ['AWSCURRENT'] } };
    default:
      return { SecretString: JSON.stringify({ accountSid: accountA, authToken: tokenA }) };
  }
};

test('the handler, wired from its environment, verifies, enqueues, and writes one line with its metrics', async () => {
  const aws = await startAwsStub(answer);
  const written: string[] = [];
  const original = { ...process.env };
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  Object.assign(process.env, {
    STAGE_NAME: 'dev',
    PUBLIC_BASE_URL: 'https://hooks.example/dev',
    EVENT_QUEUE_URL: `${aws.endpoint}/123456789012/events`,
    ACCOUNT_SECRET_ARNS: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a',
    SECRET_TTL_SECONDS: '300',
    PREVIOUS_TOKEN_SECONDS: '3600',
    SECRET_MAX_STALE_SECONDS: '86400',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: aws.endpoint,
  });
  try {
    // Reads its environment when it is loaded, so it is loaded here.
    const { handler } = jest.requireActual<typeof Handler>('../../../lambda/ingress/handler');
    const response = await handler(webhookEvent());
    expect(response.statusCode).toBe(200);
    expect(aws.requests.map(({ operation }) => operation)).toEqual(['DescribeSecret', 'GetSecretValue', 'SendMessage']);
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ reason: 'accepted', Stage: 'dev', service: 'ingress', Accepted: 1 }),
    ]);
  } finally {
    process.env = original;
    stdout.mockRestore();
    await aws.stop();
  }
});
