import { parseFallbackEnvironment } from '../../../lambda/fallback/environment';

const complete = {
  STAGE_NAME: 'dev',
  FALLBACK_URL: 'https://hooks.example/dev/fallback',
  EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/Events',
  ACCOUNT_SECRET_ARNS: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:main-AbCdEf',
  SECRET_TTL_SECONDS: '300',
  PREVIOUS_TOKEN_SECONDS: '86400',
  SECRET_MAX_STALE_SECONDS: '86400',
};

test('reads what the stack sets', () => {
  expect(parseFallbackEnvironment(complete)).toMatchObject({
    stageName: 'dev',
    fallbackUrl: 'https://hooks.example/dev/fallback',
    secretTtlMs: 300_000,
  });
});

test('names every wrong variable, and refuses a URL that Twilio would sign otherwise', () => {
  expect(() => parseFallbackEnvironment({ ...complete, EVENT_QUEUE_URL: '', FALLBACK_URL: 'https://a/b?c#d' })).toThrow(
    /FALLBACK_URL is .* allowed is a URL without a query; EVENT_QUEUE_URL is not set/,
  );
});
