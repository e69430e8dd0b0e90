import {
  parseIngressEnvironment,
  type IngressEnvironment,
  type ReplyFunctionEnvironment,
} from '../../../lambda/ingress/environment';

const environment: IngressEnvironment = {
  STAGE_NAME: 'dev',
  PUBLIC_BASE_URL: 'https://hooks.example/dev',
  EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/events',
  BREAKER_QUEUE_URL: '',
  ACCOUNT_SECRET_ARNS:
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a,arn:aws:secretsmanager:eu-west-1:123456789012:secret:b',
  SECRET_TTL_SECONDS: '300',
  PREVIOUS_TOKEN_SECONDS: '3600',
  SECRET_MAX_STALE_SECONDS: '86400',
  BASIC_AUTH_SECRET_ARN: '',
  BASIC_AUTH_REALM: '',
  ACCEPT_GET: '',
  EXPECTED_DOMAIN_NAME: '',
  REPLY_FILE: '',
};
const basicAuth = {
  BASIC_AUTH_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:basic',
  BASIC_AUTH_REALM: 'webhooks',
};
const replyFunction: ReplyFunctionEnvironment & { readonly AWS_REGION: string } = {
  REPLY_FUNCTION_NAME: 'Answer-1',
  REPLY_TIMEOUT_MS: '1500',
  AWS_REGION: 'eu-west-1',
};
const parse = (
  changes: Partial<
    Record<keyof IngressEnvironment | keyof typeof replyFunction | 'AWS_ENDPOINT_URL_LAMBDA', string>
  > = {},
) => parseIngressEnvironment({ ...environment, ...changes });

test('a complete environment is read into settings with their units', () => {
  expect(parse()).toEqual({
    stageName: 'dev',
    publicBaseUrl: 'https://hooks.example/dev',
    eventQueueUrl: environment.EVENT_QUEUE_URL,
    breakerQueueUrl: undefined,
    accountSecretArns: environment.ACCOUNT_SECRET_ARNS.split(','),
    secretTtlMs: 300_000,
    previousTokenMs: 3_600_000,
    secretMaxStaleMs: 86_400_000,
    basicAuth: undefined,
    acceptGet: false,
    expectedDomainName: undefined,
    replyFile: undefined,
  });
});

test('the options that a stage switches on are read', () => {
  const breakerQueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/breaker';
  expect(parse({ BREAKER_QUEUE_URL: breakerQueueUrl })).toMatchObject({ breakerQueueUrl });
  const on = { ACCEPT_GET: 'true', EXPECTED_DOMAIN_NAME: 'Hooks.example.com', REPLY_FILE: 'replies.json' };
  expect(parse({ ...basicAuth, ...on })).toMatchObject({
    basicAuth: { secretArn: basicAuth.BASIC_AUTH_SECRET_ARN, realm: 'webhooks' },
    acceptGet: true,
    expectedDomainName: 'hooks.example.com',
    replyFile: 'replies.json',
  });
});

test.each([
  ['https://user:pass@hooks.example/dev', 'https://hooks.example/dev'],
  ['https://user:pass@hooks.example', 'https://hooks.example'],
  ['https://hooks.example/dev#rc=3', 'https://hooks.example/dev'],
  ['http://127.0.0.1:3000/dev', 'http://127.0.0.1:3000/dev'],
])('the public URL %s is signed as %s', (configured, signed) => {
  expect(parse({ PUBLIC_BASE_URL: configured }).publicBaseUrl).toBe(signed);
});

test.each([
  [{}, 'https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/Answer-1/invocations'],
  [
    { AWS_REGION: 'cn-north-1' },
    'https://lambda.cn-north-1.amazonaws.com.cn/2015-03-31/functions/Answer-1/invocations',
  ],
  [
    { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:3000' },
    'http://127.0.0.1:3000/2015-03-31/functions/Answer-1/invocations',
  ],
])('the reply function with %j is invoked at %s', (changes, invokeUrl) => {
  expect(parse({ ...replyFunction, ...changes }).replyFunction).toMatchObject({ invokeUrl, timeoutMs: 1_500 });
});

test('rejects an empty environment with every name at once', () => {
  expect(() => parseIngressEnvironment({})).toThrow(
    new RegExp(
      Object.entries(environment)
        .filter(([, value]) => value !== '')
        .map(([name]) => `(?=.*${name} is not set)`)
        .join(''),
    ),
  );
});

test.each([
  [{ PUBLIC_BASE_URL: 'hooks.example/dev' }, 'PUBLIC_BASE_URL'],
  [{ PUBLIC_BASE_URL: 'https://user:secret@hooks.example/dev?x=1' }, 'PUBLIC_BASE_URL has a query'],
  [{ PUBLIC_BASE_URL: 'https://hooks.example/dev/' }, 'PUBLIC_BASE_URL ends with a slash'],
  [{ EVENT_QUEUE_URL: 'events' }, 'EVENT_QUEUE_URL is "events"'],
  [{ BREAKER_QUEUE_URL: 'breaker' }, 'BREAKER_QUEUE_URL is "breaker"'],
  [{ ACCOUNT_SECRET_ARNS: 'twilio-a' }, 'ACCOUNT_SECRET_ARNS'],
  [{ ACCOUNT_SECRET_ARNS: `${environment.ACCOUNT_SECRET_ARNS},` }, 'ACCOUNT_SECRET_ARNS'],
  [{ ACCOUNT_SECRET_ARNS: 'arn:aws:secretsmanager:x,arn:aws:secretsmanager:x' }, 'names a secret twice'],
  [{ SECRET_TTL_SECONDS: '0' }, 'SECRET_TTL_SECONDS is "0"'],
  [{ SECRET_TTL_SECONDS: '5m' }, 'SECRET_TTL_SECONDS is "5m"'],
  [{ SECRET_MAX_STALE_SECONDS: '-1' }, 'SECRET_MAX_STALE_SECONDS'],
  [
    { ...basicAuth, BASIC_AUTH_SECRET_ARN: 'basic' },
    'BASIC_AUTH_SECRET_ARN is "basic", allowed is the ARN of a secret',
  ],
  [{ ...basicAuth, BASIC_AUTH_REALM: '' }, 'BASIC_AUTH_REALM is not set'],
  [{ ...replyFunction, REPLY_FUNCTION_NAME: 'a/b' }, 'REPLY_FUNCTION_NAME is "a/b", allowed is the name of a function'],
  [{ ...replyFunction, REPLY_TIMEOUT_MS: '2001' }, 'REPLY_TIMEOUT_MS is "2001"'],
  [{ ...replyFunction, AWS_REGION: '' }, 'AWS_REGION is not set'],
])('rejects %j by name', (changes, message) => {
  expect(() => parse(changes)).toThrow(message);
});

test('rejects several problems in one message, and never quotes a public URL, which may contain a password', () => {
  const faulty = () =>
    parse({ PUBLIC_BASE_URL: 'https://user:secret@hooks.example/dev?x', PREVIOUS_TOKEN_SECONDS: 'x' });
  expect(faulty).toThrow(/PUBLIC_BASE_URL.*PREVIOUS_TOKEN_SECONDS/);
  expect(faulty).not.toThrow(/secret@/);
});
