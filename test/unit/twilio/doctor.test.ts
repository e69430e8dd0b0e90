import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import type { DoctorFinding } from '../../../cli/doctor/finding';
import type { PostAnswer } from '../../../cli/clients/post';
import { fakeSecrets, run, secretText, type EnvironmentParts } from '../cli/fake-environment';
import {
  configOf,
  connectedNumber,
  connectedService,
  connectedEnvironment,
  fakeAccount,
  gatewayUrl,
  mainSid,
  mainToken,
  numberState,
  overrides,
  phoneNumber,
  serviceSid,
  triggerState,
  type FakeAccount,
} from './fake-account';

const answer = (status: number): PostAnswer => ({
  kind: 'answer',
  status,
  contentType: '',
  body: '',
  durationMs: 1,
});
const topic = 'arn:aws:sns:eu-west-1:000000000000:Alarms';
const secretId = 'AccountSecretsmain0123ABCD';
const config = configOf(1, {
  messagingServices: [serviceSid],
  usageTriggers: [{ usageCategory: 'totalprice', triggerValue: '+50' }],
});
const sound = () => ({
  phoneNumbers: [connectedNumber(1)],
  messagingServices: [connectedService()],
  usageTriggers: [triggerState()],
});

/** Answers 404 to a URL without the stage, and `found` to every other URL. */
const answering =
  (found: PostAnswer): NonNullable<EnvironmentParts['post']> =>
  ({ url }) =>
    Promise.resolve(new URL(url).pathname === '/messages' ? answer(404) : found);

const limits = (unreserved: number) => () =>
  Promise.resolve({
    status: 200,
    body: JSON.stringify({ AccountLimit: { UnreservedConcurrentExecutions: unreserved } }),
  });
const settings = {
  production: false,
  consumerMaxConcurrency: 5,
  throttle: { rateLimit: 100, burstLimit: 100 },
};

const healthy: EnvironmentParts = {
  post: answering(answer(415)),
  aws: limits(1000),
  alarmSubscriptions: () => Promise.resolve([{ isConfirmed: true }]),
  target: { alarmTopicArn: topic, settings },
  deadLetters: {
    counts: () => Promise.resolve({ visible: 0, inFlight: 0 }),
    receive: () => Promise.reject(new Error('not used')),
    release: () => Promise.reject(new Error('not used')),
    startMove: () => Promise.reject(new Error('not used')),
    latestMove: () => Promise.reject(new Error('not used')),
    movedSince: () => Promise.reject(new Error('not used')),
  },
};

/** An error that AWS answers. */
const refusal = (name: string) => Object.assign(new Error('refused'), { name, $fault: 'client' });
const failing = (name: string): NonNullable<EnvironmentParts['deadLetters']> => ({
  ...(healthy.deadLetters as NonNullable<EnvironmentParts['deadLetters']>),
  counts: () => Promise.reject(refusal(name)),
});

/** A 401 with these headers. */
const challengeWith = (...headers: readonly (readonly [string, string])[]): PostAnswer => ({
  kind: 'answer',
  status: 401,
  contentType: '',
  body: '',
  durationMs: 1,
  headers,
});

/** A stage with Basic authentication that gives this answer to a form. */
const basicStage = (answered: PostAnswer): EnvironmentParts => ({
  target: { alarmTopicArn: topic, settings, basicAuthSecretId: 'basic' },
  secrets: fakeSecrets({
    [secretId]: { AWSCURRENT: secretText(mainSid, mainToken) },
    basic: {
      AWSCURRENT: JSON.stringify({ credentials: [{ username: 'twilio', password: 'OldPassword12345' }] }),
    },
  }),
  post: ({ headers }) => Promise.resolve(headers['content-type'] === 'text/plain' ? answer(415) : answered),
});

interface Report {
  readonly ok: boolean;
  readonly findings: readonly DoctorFinding[];
  readonly skipped: readonly { readonly check: string; readonly reason: string }[];
}

const runDoctor = async (
  account: FakeAccount,
  parts: Parameters<typeof connectedEnvironment>[2] = {},
  configuration: unknown = config,
) => {
  const setup = connectedEnvironment(configuration, account, { ...healthy, ...parts });
  const result = await run(['doctor', '--json'], setup.parts);
  return { ...result, report: JSON.parse(result.data) as Report };
};

const problems = ({ findings }: Report) => findings.filter(({ level }) => level === 'problem');
const adviceOf = ({ findings }: Report) => findings.filter(({ level }) => level === 'advice').map(({ check }) => check);

describe('doctor', () => {
  it('exits with 0 if gateway and Twilio agree, and lists what it cannot check', async () => {
    const account = fakeAccount(sound());
    const { exitCode, report } = await runDoctor(account);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ ok: true, complete: true });
    expect(problems(report)).toEqual([]);
    expect(adviceOf(report)).toEqual(['api-key']);
    expect(report.skipped).toMatchObject([
      { check: 'account-settings', reason: expect.stringContaining('docs/connect-twilio.md') as string },
    ]);
    expect(account.writes).toEqual([]);
    const { parts } = connectedEnvironment(config, account, healthy);
    expect((await run(['doctor'], parts)).data).toContain('No problem found.');
  });

  it.each<[string, Partial<Parameters<typeof fakeAccount>[0]>, string, RegExp, RegExp]>([
    [
      'a number that goes elsewhere',
      { phoneNumbers: [connectedNumber(1, { smsUrl: 'https://old.example.com/' })] },
      'not-pointed-here',
      /smsUrl is https:\/\/old/,
      /twilio apply --stage dev/,
    ],
    [
      'a number of another stage',
      { phoneNumbers: [connectedNumber(1, { smsUrl: `${gatewayUrl.replace('/dev', '/prod')}/messages` })] },
      'not-pointed-here',
      /smsUrl is a URL of stage prod/,
      /twilio apply --stage dev --force/,
    ],
    [
      'a number that goes nowhere',
      { phoneNumbers: [connectedNumber(1, { smsUrl: '' })] },
      'not-pointed-here',
      /smsUrl is empty/,
      /apply/,
    ],
    [
      'missing overrides',
      { phoneNumbers: [connectedNumber(1, { smsUrl: `${gatewayUrl}/messages` })] },
      'overrides',
      /does not retry a 5xx/,
      /apply/,
    ],
    [
      'other overrides',
      { phoneNumbers: [connectedNumber(1, { smsUrl: `${gatewayUrl}/messages#rc=1` })] },
      'drifted',
      /#rc=1/,
      /apply/,
    ],
    ['a GET', { phoneNumbers: [connectedNumber(1, { smsMethod: 'GET' })] }, 'drifted', /smsMethod is GET/, /apply/],
    ['a missing fallback', { phoneNumbers: [connectedNumber(1, { smsFallbackUrl: '' })] }, 'fallback', /lost/, /apply/],
    [
      'a service whose numbers take over',
      { messagingServices: [connectedService({ useInboundWebhookOnNumber: true })] },
      'drifted',
      /override/,
      /apply/,
    ],
    ['a deleted usage trigger', { usageTriggers: [] }, 'usage-trigger', /missing or was deleted/, /apply/],
    [
      'a usage trigger that goes elsewhere',
      { usageTriggers: [triggerState({ callbackUrl: 'https://old.example.com/' })] },
      'not-pointed-here',
      /callbackUrl/,
      /apply/,
    ],
    ['a number that is gone', { phoneNumbers: [] }, 'missing', /no such phone number/, /twilio\.config\.ts/],
    ['a suspended account', { facts: { status: 'suspended' } }, 'account', /suspended/, /breaker status/],
    [
      'a token that is not the primary one',
      { facts: { primaryAuthToken: 'b'.repeat(32) } },
      'secret',
      /not the primary one/,
      /secret set --stage dev --name main/,
    ],
  ])('rejects %s, exit 1, with the next step', async (_what, change, check, text, next) => {
    const { exitCode, report, data } = await runDoctor(fakeAccount({ ...sound(), ...change }));
    expect(exitCode).toBe(1);
    expect(problems(report)).toEqual([
      {
        level: 'problem',
        check,
        subject: expect.stringMatching(/main/) as string,
        text: expect.stringMatching(text) as string,
        next: expect.stringMatching(next) as string,
      },
    ]);
    expect(data).not.toContain('b'.repeat(32));
  });

  it.each<[string, EnvironmentParts, string, RegExp]>([
    ['the dead-letter queue', { deadLetters: failing('QueueDoesNotExist') }, 'dead-letters', /check --stage/],
    [
      'the subscriptions of the alarms',
      { alarmSubscriptions: () => Promise.reject(refusal('AuthorizationError')) },
      'alarms',
      /get-caller-identity/,
    ],
    [
      'the URLs',
      { post: () => Promise.reject(new Error('broken')) },
      'unreachable',
      /run `npx gateway doctor --stage dev` again/,
    ],
    [
      'Twilio',
      { twilio: { open: () => Promise.reject(new Error('broken')) } },
      'twilio',
      /run `npx gateway doctor --stage dev` again/,
    ],
  ])('reports %s as a problem if it cannot be checked, and checks the rest', async (_what, parts, check, next) => {
    const account = fakeAccount({
      ...sound(),
      phoneNumbers: [connectedNumber(1, { smsUrl: 'https://old.example.com/' })],
    });
    const setup = connectedEnvironment(config, account, { ...healthy, ...parts });
    const { exitCode, data } = await run(['doctor', '--json'], {
      ...setup.parts,
      ...(parts.twilio === undefined ? {} : { twilio: { ...setup.parts.twilio, ...parts.twilio } }),
    });
    const report = JSON.parse(data) as Report;
    expect(exitCode).toBe(1);
    expect(problems(report)).toContainEqual({
      level: 'problem',
      check,
      subject: 'doctor',
      text: expect.stringContaining('this could not be checked: ') as string,
      next: expect.stringMatching(next) as string,
    });
    const checks = problems(report).map((finding) => finding.check);
    const alsoWithoutUrls = check === 'unreachable' ? ['stage-in-url'] : [];
    expect(checks).toEqual(check === 'twilio' ? ['twilio'] : [check, ...alsoWithoutUrls, 'not-pointed-here']);
  });

  it.each<[string, EnvironmentParts, string, RegExp]>([
    [
      'a URL that does not answer',
      { post: answering({ kind: 'failure', code: 'ENOTFOUND', durationMs: 1 }) },
      'unreachable',
      /ENOTFOUND/,
    ],
    ['a URL that answers with an unexpected status', { post: answering(answer(404)) }, 'unreachable', /404/],
    ['alarms without a subscriber', { alarmSubscriptions: () => Promise.resolve([]) }, 'alarms', /no subscribers/],
    [
      'alarms whose subscription is not confirmed',
      { alarmSubscriptions: () => Promise.resolve([{ isConfirmed: false }]) },
      'alarms',
      /no subscription is confirmed/,
    ],
    [
      'dead letters',
      {
        deadLetters: {
          ...(healthy.deadLetters as NonNullable<EnvironmentParts['deadLetters']>),
          counts: () => Promise.resolve({ visible: 2, inFlight: 1 }),
        },
      },
      'dead-letters',
      /about 3 acknowledged/,
    ],
    [
      'a placeholder',
      { secrets: fakeSecrets({ [secretId]: { AWSCURRENT: '{"accountSid":"CHANGE_ME","authToken":"x"}' } }) },
      'secret',
      /placeholder/,
    ],
    ['a missing secret', { secrets: fakeSecrets({}) }, 'secret', /does not exist/],
    ['a damaged secret', { secrets: fakeSecrets({ [secretId]: { AWSCURRENT: 'dummy' } }) }, 'secret', /not JSON/],
  ])('rejects %s, exit 1', async (_what, parts, check, text) => {
    const { exitCode, report } = await runDoctor(fakeAccount(sound()), parts);
    expect(exitCode).toBe(1);
    const found = problems(report);
    expect(new Set(found.map((finding) => finding.check))).toEqual(new Set([check]));
    expect(found[0]?.text).toMatch(text);
    expect(found[0]?.next).not.toBe('');
  });

  it.each([
    ['the placeholder', '{"credentials":"CHANGE_ME"}', /still the placeholder.*500/],
    ['no JSON', '{', /cannot be used/],
    ['nothing', undefined, /does not exist/],
  ])('rejects a stage that demands Basic authentication whose secret holds %s', async (_name, held, words) => {
    const { exitCode, report } = await runDoctor(fakeAccount(sound()), {
      target: { alarmTopicArn: topic, settings, basicAuthSecretId: 'basic' },
      secrets: fakeSecrets({
        [secretId]: { AWSCURRENT: secretText(mainSid, mainToken) },
        ...(held === undefined ? {} : { basic: { AWSCURRENT: held } }),
      }),
    });
    expect(exitCode).toBe(1);
    expect(problems(report)[0]).toMatchObject({
      check: 'basic-auth',
      text: expect.stringMatching(words) as string,
      next: 'npx gateway secret basic set --stage dev --username twilio --generate',
    });
  });

  it.each<[string, PostAnswer, RegExp, RegExp]>([
    [
      'is renamed on its way',
      challengeWith(['x-amzn-remapped-www-authenticate', 'Basic realm="webhooks"']),
      /renamed to x-amzn-remapped-www-authenticate.*lost/,
      /never answer the challenge: do not use basicAuth/,
    ],
    ['is missing', challengeWith(), /no WWW-Authenticate header/, /do not use basicAuth/],
    ['never comes', answer(403), /not answered 401, but status 403/, /doctor/],
  ])('rejects a stage whose Basic challenge %s', async (_what, answered, text, next) => {
    const { exitCode, report } = await runDoctor(fakeAccount(sound()), basicStage(answered));
    expect(exitCode).toBe(1);
    expect(problems(report).filter(({ check }) => check === 'basic-challenge')).toMatchObject([
      { text: expect.stringMatching(text) as string, next: expect.stringMatching(next) as string },
    ]);
  });

  it('accepts a challenge that Twilio understands', async () => {
    const sent: (string | undefined)[] = [];
    const parts = basicStage(challengeWith(['www-authenticate', 'Basic realm="webhooks", charset="UTF-8"']));
    const { report } = await runDoctor(fakeAccount(sound()), {
      ...parts,
      post: (request) => {
        sent.push(request.headers['authorization']);
        return (parts.post as NonNullable<EnvironmentParts['post']>)(request);
      },
    });
    expect(problems(report).filter(({ check }) => check.startsWith('basic'))).toEqual([]);
    expect(sent).toEqual(sent.map(() => undefined));
  });

  it('advises to finish a change of the Basic pair', async () => {
    const credentials = [
      { username: 'twilio2', password: 'NewPassword12345' },
      { username: 'twilio', password: 'OldPassword12345' },
    ];
    const { report } = await runDoctor(fakeAccount(sound()), {
      target: { alarmTopicArn: topic, settings, basicAuthSecretId: 'basic' },
      secrets: fakeSecrets({
        [secretId]: { AWSCURRENT: secretText(mainSid, mainToken) },
        basic: { AWSCURRENT: JSON.stringify({ credentials }) },
      }),
    });
    expect(adviceOf(report)).toContain('basic-auth');
    expect(JSON.stringify(report)).not.toContain('Password12345');
  });

  it('rejects two secrets that hold the same account', async () => {
    const text = secretText(mainSid, mainToken);
    const { report } = await runDoctor(fakeAccount(sound()), {
      secrets: fakeSecrets({ [secretId]: { AWSCURRENT: text }, other: { AWSCURRENT: text } }),
      target: { alarmTopicArn: topic, settings, secretIds: [secretId, 'other'] },
    });
    expect(problems(report)).toMatchObject([
      { check: 'secret', subject: 'other …111111', text: expect.stringMatching(/same account/) as string },
    ]);
  });

  it('rejects a token that Twilio refuses, and an API that does not answer, and continues with the rest', async () => {
    const failing = (status: number | undefined) => {
      const account = fakeAccount(sound());
      const fail = () => Promise.reject(new TwilioApiError(status));
      return { ...account, api: { ...account.api, account: fail, phoneNumbers: fail } };
    };
    const silent = await runDoctor(failing(undefined), { deadLetters: healthy.deadLetters as never });
    expect(silent.exitCode).toBe(1);
    expect(problems(silent.report)).toMatchObject([
      { check: 'twilio', next: expect.stringMatching(/status\.twilio\.com/) as string },
    ]);
    const refused = await runDoctor(failing(401));
    expect(problems(refused.report)).toMatchObject([
      { check: 'secret', next: expect.stringMatching(/secret set --stage dev --name main/) as string },
    ]);
    const { api, ...rest } = fakeAccount(sound());
    const unauthorized = () => Promise.reject(new TwilioApiError(401, 20003));
    const stale = await runDoctor(
      { ...rest, api: { ...api, account: unauthorized } },
      {
        variables: { TWILIO_API_KEY: `SK${'1'.repeat(32)}`, TWILIO_API_SECRET: 'dummy' },
      },
    );
    expect(problems(stale.report)).toMatchObject([
      { check: 'secret', text: expect.stringMatching(/refuses the Auth Token/) as string },
    ]);
    expect(adviceOf(stale.report)).toEqual(['account']);
  });

  it('reports that a number belongs to another account if the secrets are mixed up', async () => {
    const [first, second] = [
      fakeAccount({ phoneNumbers: [] }),
      fakeAccount({ accountSid: `AC${'2'.repeat(32)}`, phoneNumbers: [connectedNumber(1)] }),
    ];
    const accounts = { main: { phoneNumbers: [phoneNumber(1)] }, support: {} };
    const { parts } = connectedEnvironment({ dev: { fallbackUrl: 'https://f.example.com/', accounts } }, first, {
      ...healthy,
      secrets: fakeSecrets({
        [secretId]: { AWSCURRENT: secretText(mainSid, mainToken) },
        AccountSecretssupport0123ABCD: { AWSCURRENT: secretText(second.api.accountSid, mainToken) },
      }),
      target: { alarmTopicArn: topic, settings, secretIds: [secretId, 'AccountSecretssupport0123ABCD'] },
    });
    const open = ({ accountSid }: { readonly accountSid: string }) =>
      Promise.resolve(accountSid === mainSid ? first.api : second.api);
    const result = await run(['doctor', '--json'], { ...parts, twilio: { ...parts.twilio, open } });
    expect(problems(JSON.parse(result.data) as Report)).toMatchObject([
      { check: 'secret', text: expect.stringMatching(/belongs to the account support/) as string },
    ]);
  });

  it('advises on improvements, and exits with 0', async () => {
    const unknown = {
      sid: `AC${'9'.repeat(32)}`,
      status: 'active',
      type: 'Full',
      isSubaccount: true,
      primaryAuthToken: undefined,
    };
    const { exitCode, report } = await runDoctor(
      fakeAccount({
        ...sound(),
        phoneNumbers: [
          connectedNumber(1, { voiceUrl: 'http://old.example.com/voice' }),
          numberState(2, { smsUrl: `${gatewayUrl}/messages${overrides}` }),
        ],
        facts: { type: 'Trial' },
        subaccounts: [unknown, { ...unknown, sid: mainSid }, { ...unknown, status: 'closed' }],
      }),
    );
    expect(exitCode).toBe(0);
    expect(adviceOf(report).sort()).toEqual(['account', 'api-key', 'https', 'subaccounts', 'unlisted']);
    const dev = { accounts: configOf(1)['dev']?.accounts ?? {} };
    const noFallback = await runDoctor(
      fakeAccount({ phoneNumbers: [connectedNumber(1, { smsFallbackUrl: '' })] }),
      {},
      { dev },
    );
    expect(noFallback.exitCode).toBe(0);
    expect(adviceOf(noFallback.report)).toContain('fallback');
  });

  it('skips what the local gateway does not have, and says so', async () => {
    const { post, deadLetters } = healthy as Required<EnvironmentParts>;
    const { parts: local } = connectedEnvironment(undefined, fakeAccount(), { post, deadLetters });

    const url = (route: string) => ({
      postUrl: `http://127.0.0.1:9/dev/${route}`,
      signedUrl: `http://127.0.0.1:9/dev/${route}`,
    });
    const result = await run(['doctor'], {
      ...local,
      target: {
        name: 'the local gateway',
        secretIds: [secretId],
        webhooks: {
          messages: url('messages'),
          status: url('status'),
          usage: url('usage'),
          events: url('events'),
        },
      },
    });
    expect(result.exitCode).toBe(0);
    expect(result.data).toMatch(/does not apply, alarms: the local gateway has no alarms/);
    expect(result.data).toMatch(/not checked, twilio: .*--public-url/);
    expect(result.data).toMatch(/\nNo problem found in what was checked\. Not checked: twilio\.$/);
  });

  it.each([
    ['no file', undefined, /no twilio\.config\.ts/],
    ['no such stage', { prod: { accounts: {} } }, /no stage dev/],
  ])('skips Twilio if there is %s', async (_what, configuration, reason) => {
    const setup = connectedEnvironment(configuration, fakeAccount(), healthy);
    const result = await run(['doctor', '--json'], setup.parts);
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.data)).toMatchObject({
      ok: true,
      complete: false,
      skipped: [{ check: 'twilio', reason: expect.stringMatching(reason) as string, applies: true }],
    });
    expect(setup.opened).toEqual([]);
  });

  it('reports a configuration that cannot be applied as a problem', async () => {
    const { exitCode, report } = await runDoctor(
      fakeAccount(),
      {},
      configOf(0, { phoneNumbers: [{ number: phoneNumber(1), messagesUrl: 'http://x' }] }),
    );
    expect(exitCode).toBe(1);
    expect(problems(report)).toMatchObject([{ check: 'configuration' }]);
  });
});
