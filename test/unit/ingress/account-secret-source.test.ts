import { createAccountSecretSource } from '../../../lambda/aws/account-secret-source';
import { createSecretsManager } from '../../../lambda/aws/secrets-manager';
import type { LogFields } from '../../../lambda/shared/ports';
import { awsError, startAwsStub, testClient, type StubAnswer, type StubRequest } from './aws-stub';
import { accountA } from './fakes';

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
  use: (source: ReturnType<typeof createAccountSecretSource>, requests: StubRequest[]) => Promise<T>,
  nowMs = changedAt,
): Promise<{ result: T; requests: StubRequest[]; lines: LogFields[] }> => {
  const service = await startAwsStub(answer);
  const lines: LogFields[] = [];
  try {
    const source = createAccountSecretSource({
      previousTokenMs: hourMs,
      now: () => nowMs,
      log: (_, fields) => lines.push(fields),
      client: createSecretsManager(testClient(service.endpoint)),
    });
    return { result: await use(source, service.requests), requests: service.requests, lines };
  } finally {
    await service.stop();
  }
};
const signal = () => new AbortController().signal;
const current = (source: ReturnType<typeof createAccountSecretSource>) => source.current(arn, signal());
const alternates = (source: ReturnType<typeof createAccountSecretSource>) => source.alternates(arn, signal());

test('the current token is one call', async () => {
  const { result, requests } = await withSource(() => secret('token'), current);
  expect(result).toEqual({
    kind: 'ok',
    secret: { accountSid: accountA, authToken: 'token' },
    versionId: 'version-of-token',
  });
  expect(requests).toEqual([
    { operation: 'GetSecretValue', input: { SecretId: arn, VersionStage: 'AWSCURRENT' } },
  ]);
});

test.each([
  ['ResourceNotFoundException', 'missing', 1],
  ['InvalidRequestException', 'missing', 1],
  ['AccessDeniedException', 'denied', 1],
  ['DecryptionFailure', 'denied', 1],
  ['InternalServiceError', 'unavailable', 2],
])('rejects a read that fails with %s as %s, after %i attempt(s)', async (type, reason, attempts) => {
  const { result, requests } = await withSource(
    () => awsError(type, type === 'InternalServiceError' ? 500 : 400),
    current,
  );
  expect(result).toMatchObject({ kind: 'failure', failure: { reason, errorName: type } });
  expect(requests).toHaveLength(attempts);
});

test('rejects a service that never answers, after two attempts', async () => {
  const { result, requests } = await withSource(() => 'hang', current);
  expect(result).toMatchObject({
    kind: 'failure',
    failure: { reason: 'unavailable', errorName: 'TimeoutError' },
  });
  expect(requests).toHaveLength(2);
});

test.each([
  ['the placeholder', '{"accountSid":"CHANGE_ME","authToken":"x"}', { reason: 'placeholder' }],
  [
    'an empty token',
    '{"authToken":""}',
    { reason: 'invalid', detail: 'accountSid is not AC and 32 hex digits' },
  ],
  ['no JSON', 'x', { reason: 'invalid', detail: 'the secret is not JSON' }],
  ['nothing', undefined, { reason: 'invalid', detail: 'the secret is empty' }],
])('rejects a secret that holds %s', async (_, SecretString, failure) => {
  const { result } = await withSource(() => ({ status: 200, body: { SecretString } }), current);
  expect(result).toEqual({ kind: 'failure', failure });
});

const byStage =
  (versions: Readonly<Record<string, readonly string[]>>, answers: Readonly<Record<string, StubAnswer>>) =>
  ({ operation, input }: StubRequest): StubAnswer =>
    operation === 'DescribeSecret'
      ? described(versions)
      : (answers[String(input['VersionStage'])] ?? awsError('ResourceNotFoundException'));

test('the alternates are the pending token and, within its hour, the previous one', async () => {
  const answer = byStage(
    { v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT'], v3: ['AWSPENDING'] },
    { AWSPENDING: secret('pending'), AWSPREVIOUS: secret('previous') },
  );
  const { result } = await withSource(answer, alternates, changedAt + hourMs - 1);
  expect(result).toEqual({
    kind: 'ok',
    alternates: {
      pending: { accountSid: accountA, authToken: 'pending' },
      previous: { accountSid: accountA, authToken: 'previous' },
      previousUntil: changedAt + hourMs,
      versions: { current: 'v2', pending: 'v3', previous: 'v1' },
    },
  });

  const later = await withSource(answer, alternates, changedAt + hourMs);
  expect(later.result).toMatchObject({ kind: 'ok', alternates: { previous: undefined } });
  expect(later.requests.map(({ input }) => input['VersionStage'])).toEqual([undefined, 'AWSPENDING']);
});

test('the versions are one call, without a token', async () => {
  const answer = () => described({ v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT'], v3: ['AWSPENDING'] });
  const { result, requests } = await withSource(answer, (source) => source.versions(arn, signal()));
  expect(result).toEqual({ kind: 'ok', versions: { current: 'v2', pending: 'v3', previous: 'v1' } });
  expect(requests.map(({ operation }) => operation)).toEqual(['DescribeSecret']);
  const denied = await withSource(
    () => awsError('AccessDeniedException'),
    (source) => source.versions(arn, signal()),
  );
  expect(denied.result).toMatchObject({ kind: 'failure', failure: { reason: 'denied' } });
});

test('a pending label on the current version is no second token', async () => {
  const { result, requests } = await withSource(
    byStage({ v2: ['AWSCURRENT', 'AWSPENDING'] }, { AWSPENDING: secret('current') }),
    alternates,
  );
  expect(result).toMatchObject({ kind: 'ok', alternates: { pending: undefined, previous: undefined } });
  expect(requests).toHaveLength(1);
});

test.each([
  ['no value', awsError('ResourceNotFoundException')],
  ['a malformed value', { status: 200, body: { SecretString: '{' } } as const],
])('a pending version with %s is ignored with a warning', async (_, pending) => {
  const { result, lines } = await withSource(
    byStage({ v2: ['AWSCURRENT'], v3: ['AWSPENDING'] }, { AWSPENDING: pending }),
    alternates,
  );
  expect(result).toMatchObject({ kind: 'ok', alternates: { pending: undefined } });
  expect(lines).toEqual([
    { reason: 'credentials_invalid', detail: 'AWSPENDING has no usable value and is ignored' },
  ]);
});

test('a previous version that is still the placeholder is no news', async () => {
  const placeholder = { status: 200, body: { SecretString: '{"accountSid":"CHANGE_ME","authToken":"x"}' } };
  const { result, lines } = await withSource(
    byStage({ v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT'] }, { AWSPREVIOUS: placeholder }),
    alternates,
  );
  expect(result).toMatchObject({ kind: 'ok', alternates: { previous: undefined } });
  expect(lines).toEqual([]);
});

test('rejects the alternates as a whole when a version cannot be read', async () => {
  const { result } = await withSource(
    byStage(
      { v2: ['AWSCURRENT'], v3: ['AWSPENDING'] },
      { AWSPENDING: awsError('InternalServiceError', 500) },
    ),
    alternates,
  );
  expect(result).toMatchObject({ kind: 'failure', failure: { reason: 'unavailable' } });
});
