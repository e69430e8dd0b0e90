import { createAccountSecretSource } from '../../../../lambda/aws/account-secret-source';
import { createSecretsManager } from '../../../../lambda/aws/secrets-manager';
import { awsError, startAwsStub, testClient, type StubAnswer, type StubRequest } from './aws-stub';
import { accountA } from '../fakes';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:twilio-a';
const changedAt = Date.parse('2026-01-31T10:00:00.000Z');
const hourMs = 3_600_000;

const secret = (authToken: string): StubAnswer => ({
  status: 200,
  body: {
    ARN: arn,
    VersionId: `version-of-${authToken}`,
    SecretString: JSON.stringify({ accountSid: accountA, authToken }),
  },
});
const described = (versions: Readonly<Record<string, readonly string[]>>): StubAnswer => ({
  status: 200,
  body: { ARN: arn, LastChangedDate: changedAt / 1000, VersionIdsToStages: versions },
});

/** A secret source against a Secrets Manager that answers what the test says; one hour for the previous token. */
const withSource = async <T>(
  answer: (request: StubRequest, count: number) => StubAnswer,
  use: (source: ReturnType<typeof createAccountSecretSource>) => Promise<T>,
): Promise<{ result: T; requests: StubRequest[] }> => {
  const service = await startAwsStub(answer);
  try {
    const client = createSecretsManager(testClient(service.endpoint));
    const source = createAccountSecretSource({ previousTokenMs: hourMs, client });
    return { result: await use(source), requests: service.requests };
  } finally {
    await service.stop();
  }
};
const signal = () => new AbortController().signal;
type Source = ReturnType<typeof createAccountSecretSource>;
const version = (source: Source) => source.version(arn, 'v2', signal());
const describeSecret = (source: Source) => source.describe(arn, signal());

test('a version is one call, by its id', async () => {
  const { result, requests } = await withSource(() => secret('token'), version);
  expect(result).toEqual({ kind: 'ok', secret: { accountSid: accountA, authToken: 'token' } });
  expect(requests).toEqual([{ operation: 'GetSecretValue', input: { SecretId: arn, VersionId: 'v2' } }]);
});

test.each(['ResourceNotFoundException', 'InvalidRequestException'])(
  'a version that is answered with %s is missing',
  async (type) => {
    expect((await withSource(() => awsError(type), version)).result).toEqual({ kind: 'missing' });
  },
);

test.each([
  ['AccessDeniedException', 'denied', 1],
  ['DecryptionFailure', 'denied', 1],
  ['InternalServiceError', 'unavailable', 2],
])('rejects a read that fails with %s as %s, after %i attempt(s)', async (type, reason, attempts) => {
  for (const read of [version, describeSecret]) {
    const { result, requests } = await withSource<unknown>(
      () => awsError(type, type === 'InternalServiceError' ? 500 : 400),
      read,
    );
    expect(result).toMatchObject({ kind: 'failure', failure: { reason, errorName: type } });
    expect(requests).toHaveLength(attempts);
  }
});

test('rejects a service that never answers, after two attempts', async () => {
  const { result, requests } = await withSource(() => 'hang', version);
  expect(result).toMatchObject({
    kind: 'failure',
    failure: { reason: 'unavailable', errorName: 'TimeoutError' },
  });
  expect(requests).toHaveLength(2);
});

test.each([
  ['the placeholder', '{"accountSid":"CHANGE_ME","authToken":"x"}', { kind: 'placeholder' }],
  ['an empty token', '{"authToken":""}', { kind: 'invalid', detail: 'accountSid is not AC and 32 hex digits' }],
  ['no JSON', 'x', { kind: 'invalid', detail: 'the secret is not JSON' }],
  ['nothing', undefined, { kind: 'invalid', detail: 'the secret is empty' }],
])('rejects a version that holds %s', async (_, SecretString, expected) => {
  const { result } = await withSource(() => ({ status: 200, body: { SecretString } }), version);
  expect(result).toEqual(expected);
});

test('the description is one call, without a token: which versions are labelled, and until when the previous one counts', async () => {
  const { result, requests } = await withSource(
    () => described({ v0: [], v1: ['AWSPREVIOUS', 'mine'], v2: ['AWSCURRENT'], v3: ['AWSPENDING'] }),
    describeSecret,
  );
  expect(result).toEqual({
    kind: 'ok',
    versionIds: { AWSCURRENT: 'v2', AWSPENDING: 'v3', AWSPREVIOUS: 'v1' },
    previousUntil: changedAt + hourMs,
  });
  expect(requests).toEqual([{ operation: 'DescribeSecret', input: { SecretId: arn } }]);
});

test('a pending label on the current version is no second token', async () => {
  const { result } = await withSource(() => described({ v2: ['AWSPENDING', 'AWSCURRENT'] }), describeSecret);
  expect(result).toMatchObject({ kind: 'ok', versionIds: { AWSCURRENT: 'v2' } });
});

test('rejects a secret that waits for its deletion as missing, although it can be described', async () => {
  const { result } = await withSource(
    () => ({
      status: 200,
      body: { ARN: arn, DeletedDate: changedAt / 1000, VersionIdsToStages: { v2: ['AWSCURRENT'] } },
    }),
    describeSecret,
  );
  expect(result).toEqual({ kind: 'failure', failure: { reason: 'missing' } });
});

test.each(['ResourceNotFoundException', 'InvalidRequestException'])(
  'rejects a description that is answered with %s as missing',
  async (type) => {
    const { result } = await withSource(() => awsError(type), describeSecret);
    expect(result).toMatchObject({ kind: 'failure', failure: { reason: 'missing', errorName: type } });
  },
);
