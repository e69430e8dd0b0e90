import type { AwsAnswer } from '../../../cli/clients/aws-request';
import type { PostAnswer, PostRequest } from '../../../cli/clients/post';
import type { CheckResult } from '../../../cli/verify/check';
import type { PoisonQueues } from '../../../cli/clients/ports';
import { createSqsPoisonQueues } from '../../../cli/clients/sqs-poison-queues';
import { accountSid, authToken, fakeSecrets, run, secretText, type EnvironmentParts } from './fake-environment';

const baseUrl = 'https://abc123.execute-api.eu-west-1.amazonaws.com/dev';
const address = (route: string) => ({ postUrl: `${baseUrl}/${route}`, signedUrl: `${baseUrl}/${route}` });
const throttle = { rateLimit: 100, burstLimit: 100 };

const status = (code: number): PostAnswer => ({
  kind: 'answer',
  status: code,
  contentType: '',
  body: '',
  durationMs: 1,
});

/** A gateway that answers as it should. */
const gateway = ({ url, headers }: PostRequest): PostAnswer => {
  const { pathname } = new URL(url);
  if (!/^\/dev\/(?:messages|status|usage|events)$/.test(pathname)) return status(404);
  if (headers['content-type'] === 'text/plain') return status(415);
  return status('x-twilio-signature' in headers || 'X-Twilio-Signature' in headers ? 204 : 403);
};

const alarm = (name: string, state: string) =>
  `<member><AlarmName>TwilioWebhookGateway-dev-Alarms${name}1A2B</AlarmName><StateValue>${state}</StateValue></member>`;
const aws: Readonly<Record<string, AwsAnswer>> = {
  lambda: { status: 200, body: '{"AccountLimit":{"UnreservedConcurrentExecutions":1000}}' },
  apigateway: {
    status: 200,
    body: '{"defaultRouteSettings":{"throttlingBurstLimit":100,"throttlingRateLimit":100.0}}',
  },
  monitoring: { status: 200, body: alarm('DeadLetters', 'OK') + alarm('OldestMessage', 'OK') },
};

interface Parts extends EnvironmentParts {
  readonly answers?: Readonly<Record<string, AwsAnswer>>;
}

const verify = async (args: readonly string[], { answers = {}, ...parts }: Parts = {}) => {
  const asked: string[] = [];
  const result = await run(['verify', '--json', ...args], {
    post: (request) => Promise.resolve(gateway(request)),
    secrets: fakeSecrets({ first: { AWSCURRENT: secretText(accountSid, authToken) } }),
    aws: (service, path) => {
      asked.push(`${service} ${path}`);
      return Promise.resolve({ ...aws, ...answers }[service] ?? { status: 404, body: '' });
    },
    ...parts,
    target: {
      name: 'stage dev',
      stage: 'dev',
      baseUrl,
      secretIds: ['first'],
      webhooks: {
        messages: address('messages'),
        status: address('status'),
        usage: address('usage'),
        events: address('events'),
      },
      settings: {
        account: '111111111111',
        region: 'eu-west-1',
        production: false,
        consumerMaxConcurrency: 5,
        throttle,
      },
      stack: { account: '111111111111', region: 'eu-west-1', hasTerminationProtection: false },
      connection: { kind: 'sdk' },
      ...parts.target,
    },
  });
  const report = JSON.parse(result.data) as { readonly ok: boolean; readonly checks: readonly CheckResult[] };
  return { ...result, ...report, asked };
};
const named = (checks: readonly CheckResult[], name: string) => checks.find(({ check }) => check === name);

describe('gateway verify', () => {
  it('finds everything as expected, one line a check, and floods nothing unasked', async () => {
    const { exitCode, ok, checks, asked, posts } = await verify([]);
    expect(checks.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'place ok',
      'termination-protection ok',
      'lambda-concurrency ok',
      'throttle-settings ok',
      'alarms ok',
      'route-messages ok',
      'route-status ok',
      'route-usage ok',
      'route-events ok',
      'unsigned ok',
      'not-a-route ok',
      'without-stage ok',
      'basic-challenge not-checked',
      'signed-webhook ok',
    ]);
    expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
    expect(asked).toContain('apigateway /v2/apis/abc123/stages/dev');
    expect(posts.length).toBeLessThan(15);
  });

  it('prints expected and found as text, and the page to read', async () => {
    const { data, notes, exitCode } = await run(['verify'], {
      post: () => Promise.resolve(status(500)),
      secrets: fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } }),
    });
    expect(exitCode).toBe(1);
    expect(data).toContain('✗ not-a-route: expected status 404 (a path that is not a route); found status 500');
    expect(data).toMatch(/0 as expected, \d+ different, 1 not checked\.$/);
    expect(notes).toContain('docs/first-deployment.md');
  });

  it.each<[string, Parts, string, RegExp]>([
    [
      'a stack elsewhere',
      {
        target: { stack: { account: '222222222222', region: 'eu-west-1', hasTerminationProtection: false } },
      },
      'place',
      /222222222222 eu-west-1/,
    ],
    [
      'too little concurrency',
      { answers: { lambda: { status: 200, body: '{"AccountLimit":{"UnreservedConcurrentExecutions":9}}' } } },
      'lambda-concurrency',
      /^9$/,
    ],
    [
      'another throttle',
      {
        answers: { apigateway: { status: 200, body: '{"DefaultRouteSettings":{"ThrottlingRateLimit":5}}' } },
      },
      'throttle-settings',
      /^5 a second, no limit at once$/,
    ],
    [
      'an alarm that rings',
      { answers: { monitoring: { status: 200, body: alarm('DeadLetters', 'ALARM') } } },
      'alarms',
      /1 alarms, 1 in ALARM: \S+AlarmsDeadLetters/,
    ],
    ['no alarms at all', { answers: { monitoring: { status: 200, body: '<x/>' } } }, 'alarms', /^0 alarms/],
    [
      'a challenge that is renamed',
      {
        target: { basicAuthSecretId: 'basic' },
        post: () =>
          Promise.resolve({
            kind: 'answer',
            status: 401,
            contentType: '',
            body: '',
            durationMs: 1,
            headers: [['x-amzn-remapped-www-authenticate', 'Basic']],
          }),
      },
      'basic-challenge',
      /renamed to x-amzn-remapped-www-authenticate.*do not use basicAuth/,
    ],
  ])('rejects %s, exit 1', async (_what, parts, check, found) => {
    const { exitCode, checks } = await verify([], parts);
    expect(exitCode).toBe(1);
    expect(named(checks, check)).toMatchObject({
      state: 'different',
      found: expect.stringMatching(found) as string,
    });
  });

  it('reports resources that it may not read, and does not count them as differences', async () => {
    const denied = { status: 403, body: '' };
    const { exitCode, checks } = await verify([], {
      answers: { lambda: denied, apigateway: denied, monitoring: denied },
    });
    expect(exitCode).toBe(0);
    expect(checks.filter(({ state }) => state === 'not-checked').map(({ found }) => found)).toEqual([
      'AWS answered 403 (the permission lambda:GetAccountSettings is missing)',
      'AWS answered 403 (the permission apigateway:GET is missing)',
      'AWS answered 403 (the permission cloudwatch:DescribeAlarms is missing)',
      'the stage has no basicAuth',
    ]);
  });

  it('sends a burst with --flood, and expects only 429 and 415', async () => {
    let sent = 0;
    const limited = (over: number) => (request: PostRequest) => {
      if (new URL(request.url).pathname !== '/dev/messages') return Promise.resolve(gateway(request));
      sent += 1;
      return Promise.resolve(sent > 100 ? status(over) : gateway(request));
    };
    const throttled = await verify(['--flood', '300'], { post: limited(429) });
    expect(named(throttled.checks, 'throttle')).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(/429/) as string,
    });
    expect(sent).toBeGreaterThanOrEqual(300);
    sent = 0;
    const failing = await verify(['--flood', '300'], { post: limited(503) });
    expect(named(failing.checks, 'throttle')).toMatchObject({ state: 'different' });
    const free = await verify(['--flood', '10']);
    expect(named(free.checks, 'throttle')).toMatchObject({ state: 'different', found: '10 × status 415' });
  });

  it('rejects --local with --stage', async () => {
    const result = await run(['verify', '--local'], { target: { connection: { kind: 'sdk' } } });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
  });
});

describe('gateway verify --poison', () => {
  const start = new Date('2026-03-04T05:06:07.008Z').getTime();
  /** Queues whose message is dead after some seconds, on a clock that only pauses move. */
  const poisoned = (deadAfterSeconds: number) => {
    const clock = { ms: start };
    const calls: string[] = [];
    const bodies: string[] = [];
    const queues: PoisonQueues = {
      send: (body) => {
        bodies.push(body);
        return Promise.resolve();
      },
      hasDeadLetter: (body) => Promise.resolve(bodies.includes(body) && clock.ms - start >= deadAfterSeconds * 1000),
      removeDeadLetter: (body) => {
        calls.push(`remove ${bodies.indexOf(body)}`);
        return Promise.resolve();
      },
    };
    const parts: Parts = {
      poisonQueues: () => Promise.resolve(queues),
      sleep: (milliseconds) => {
        clock.ms += milliseconds;
        return Promise.resolve();
      },
      clock: () => new Date(clock.ms),
    };
    return { parts, calls, clock };
  };

  it('waits for the dead letter and its alarm, and deletes the message', async () => {
    const { parts, calls, clock } = poisoned(600);
    const alarmState = () => (clock.ms - start >= 700_000 ? 'ALARM' : 'OK');
    const { checks, notes } = await verify(['--poison'], {
      ...parts,
      aws: (service) =>
        Promise.resolve(
          service === 'monitoring'
            ? { status: 200, body: alarm('DeadLetters', alarmState()) }
            : (aws[service] ?? { status: 404, body: '' }),
        ),
    });
    expect(named(checks, 'poison')).toMatchObject({ state: 'ok', found: 'a dead letter after 600 s' });
    expect(named(checks, 'dead-letter-alarm')).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(/^ALARM after/) as string,
    });
    expect(calls).toEqual(['remove 0']);
    expect(notes).toContain('not yet after');
  });

  it('rejects a message that never dies, and an alarm that never rings', async () => {
    const never = await verify(['--poison'], poisoned(100_000).parts);
    expect(named(never.checks, 'poison')).toMatchObject({ state: 'different' });
    expect(named(never.checks, 'dead-letter-alarm')).toMatchObject({ state: 'not-checked' });
    const { parts, calls } = poisoned(10);
    const silent = await verify(['--poison'], parts);
    expect(silent.exitCode).toBe(1);
    expect(named(silent.checks, 'dead-letter-alarm')).toMatchObject({
      state: 'different',
      found: expect.stringMatching(/^OK after/) as string,
    });
    expect(calls).toEqual(['remove 0']);
  });

  it('deletes only its own message from the dead-letter queue', async () => {
    const letters = ['somebody’s', 'ours', 'another'].map((Body) => ({
      Body,
      ReceiptHandle: `handle ${Body}`,
    }));
    const deleted: unknown[] = [];
    let looks = 0;
    const queues = createSqsPoisonQueues(
      {
        sendMessage: () => Promise.reject(new Error('not used')),
        receiveMessage: () => {
          looks += 1;
          return Promise.resolve({ $metadata: {}, Messages: looks === 1 ? [] : letters });
        },
        deleteMessage: (input: unknown) => {
          deleted.push(input);
          return Promise.resolve({ $metadata: {} });
        },
      },
      { events: 'events', deadLetters: 'dead' },
      new AbortController().signal,
    );
    expect(await queues.hasDeadLetter('ours')).toBe(false);
    expect(await queues.hasDeadLetter('ours')).toBe(true);
    await queues.removeDeadLetter('ours');
    expect(deleted).toEqual([{ QueueUrl: 'dead', ReceiptHandle: 'handle ours' }]);
  });
});
