import { createBasicAuthSource } from '../../../../lambda/ingress/aws/basic-auth-source';
import { createSecretsManager } from '../../../../lambda/aws/secrets-manager';
import { awsError, startAwsStub, testClient, type StubAnswer } from './aws-stub';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:basic';

const read = async (answer: StubAnswer) => {
  const service = await startAwsStub(() => answer);
  try {
    const source = createBasicAuthSource(createSecretsManager(testClient(service.endpoint)), arn);
    return { result: await source(new AbortController().signal), requests: service.requests };
  } finally {
    await service.stop();
  }
};
const secretString = (SecretString: string): StubAnswer => ({
  status: 200,
  body: { ARN: arn, SecretString },
});

test('the current version is one call', async () => {
  const credentials = [{ username: 'twilio', password: 'secret' }];
  const { result, requests } = await read(secretString(JSON.stringify({ credentials })));
  expect(result).toEqual({ kind: 'ok', secret: { credentials } });
  expect(requests).toEqual([{ operation: 'GetSecretValue', input: { SecretId: arn, VersionStage: 'AWSCURRENT' } }]);
});

test.each([
  ['the placeholder', secretString('{"credentials":"CHANGE_ME","unused":"x"}'), 'placeholder'],
  ['something else', secretString('{"accountSid":"AC"}'), 'invalid'],
  ['nothing', awsError('ResourceNotFoundException', 400), 'missing'],
  ['a refusal', awsError('AccessDeniedException', 400), 'denied'],
  ['an outage', awsError('InternalServiceError', 500), 'unavailable'],
])('rejects %s by its reason', async (_name, answer, reason) => {
  const { result } = await read(answer);
  expect(result).toMatchObject({ kind: 'failure', failure: { reason } });
});
