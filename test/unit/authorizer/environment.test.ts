import { parseAuthorizerEnvironment, type AuthorizerEnvironment } from '../../../lambda/authorizer/environment';

const environment: AuthorizerEnvironment = {
  STAGE_NAME: 'dev',
  WEB_SOCKET_URL: 'wss://abc.execute-api.eu-west-1.amazonaws.com/dev',
  ACCOUNT_SECRET_ARNS: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:main-AbCdEf',
  SECRET_TTL_SECONDS: '300',
  PREVIOUS_TOKEN_SECONDS: '3600',
  SECRET_MAX_STALE_SECONDS: '86400',
};

test('is read into times in milliseconds and a list of secrets', () => {
  expect(parseAuthorizerEnvironment({ ...environment })).toEqual({
    stageName: 'dev',
    webSocketUrl: environment.WEB_SOCKET_URL,
    accountSecretArns: [environment.ACCOUNT_SECRET_ARNS],
    secretTtlMs: 300_000,
    previousTokenMs: 3_600_000,
    secretMaxStaleMs: 86_400_000,
  });
});

test.each([
  'https://abc.example/dev',
  'wss://user:pass@abc.example/dev',
  'wss://abc.example/dev?a=1',
  'wss://abc.example/dev#rc=3',
  '/dev',
])('rejects the WebSocket URL %s without quoting it', (url) => {
  expect(() => parseAuthorizerEnvironment({ ...environment, WEB_SOCKET_URL: url })).toThrow(
    'allowed is wss://host/stage without user information, query and fragment. Deploy the stack again.',
  );
  expect(() => parseAuthorizerEnvironment({ ...environment, WEB_SOCKET_URL: url })).not.toThrow(url);
});

test('rejects every problem at once', () => {
  expect(() => parseAuthorizerEnvironment({ SECRET_TTL_SECONDS: 'soon' })).toThrow(
    /STAGE_NAME is not set; WEB_SOCKET_URL is not set; ACCOUNT_SECRET_ARNS is not set; SECRET_TTL_SECONDS is "soon"/,
  );
});
