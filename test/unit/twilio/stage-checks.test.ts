import type { AwsAnswer } from '../../../cli/clients/aws-request';
import type { PostAnswer, PostRequest } from '../../../cli/clients/post';
import type { Target } from '../../../cli/target/target';
import { createCheckRunner } from '../../../cli/doctor/finding';
import { checkStage } from '../../../cli/doctor/stage-checks';
import { fakeTarget } from '../cli/fake-environment';
import { gatewayUrl } from './fake-account';

const { signal } = new AbortController();
const address = (route: string) => ({
  postUrl: `${gatewayUrl}/${route}`,
  signedUrl: `${gatewayUrl}/${route}`,
});
const target: Target = {
  ...fakeTarget,
  stage: 'dev',
  baseUrl: gatewayUrl,
  webhooks: {
    messages: address('messages'),
    status: address('status'),
    usage: address('usage'),
    events: address('events'),
  },
  settings: { production: true, consumerMaxConcurrency: 5, throttle: { rateLimit: 100, burstLimit: 100 } },
  stack: { account: '111111111111', region: 'eu-west-1', hasTerminationProtection: true },
  connection: { kind: 'sdk' },
};
const status = (code: number): PostAnswer => ({
  kind: 'answer',
  status: code,
  contentType: '',
  body: '',
  durationMs: 1,
});
const limits = (unreserved: unknown): AwsAnswer => ({
  status: 200,
  body: JSON.stringify({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: unreserved },
  }),
});

interface Parts {
  readonly target?: Partial<Target>;
  readonly lambda?: AwsAnswer | Error;
  readonly answer?: (request: PostRequest) => PostAnswer;
}

const examine = ({ target: changed, lambda = limits(1000), answer = () => status(404) }: Parts = {}) => {
  const absent = () => Promise.reject(new Error('not used'));
  const asked: string[] = [];
  const examination = checkStage(
    {
      target: { ...target, ...changed },
      secrets: absent,
      messages: absent,
      events: absent,
      webhooks: absent,
      optOuts: absent,
      decisions: absent,
      deadLetters: absent,
      queueCounts: absent,
      aws: (service, path) => {
        asked.push(`${service} ${path}`);
        return lambda instanceof Error ? Promise.reject(lambda) : Promise.resolve(lambda);
      },
    },
    (request) => Promise.resolve(answer(request)),
    signal,
    createCheckRunner(signal),
  );
  return { examination, asked };
};

describe('what AWS gives a stage', () => {
  it('is measured and reported if it is high enough', async () => {
    const { examination, asked } = examine();
    expect(await examination).toEqual({
      findings: [],
      skipped: [],
      facts: [
        {
          check: 'stage-in-url',
          text: expect.stringMatching(/\/messages, .* answers 404: .*lost/) as string,
        },
        {
          check: 'lambda-concurrency',
          text: expect.stringMatching(/concurrency of 1000, .* 5 .*: 995 are left for ingress/) as string,
        },
        { check: 'capacity', text: expect.stringMatching(/accepts 100 .* stores about 714 /) as string },
      ],
    });
    expect(asked).toEqual(['lambda /2016-08-19/account-settings/']);
  });

  it.each([
    [10, 5, undefined],
    [10, 20, /desired-value 1000 --region eu-west-1; until then set consumerMaxConcurrency: 5 /],
    [9, 5, /consumerMaxConcurrency: 4 /],
    [3, 5, /desired-value 1000 --region eu-west-1$/],
  ])(
    'gives the next step for %i unreserved executions and a consumer that needs %i',
    async (unreserved, consumerMaxConcurrency, next) => {
      const { findings } = await examine({
        lambda: limits(unreserved),
        target: {
          settings: {
            production: false,
            consumerMaxConcurrency,
            throttle: { rateLimit: 100, burstLimit: 100 },
          },
        },
      }).examination;
      expect(findings).toEqual(
        next === undefined
          ? []
          : [
              {
                level: 'problem',
                check: 'lambda-concurrency',
                subject: 'AWS Lambda',
                text: expect.stringMatching(/lost/) as string,
                next: expect.stringMatching(next) as string,
              },
            ],
      );
    },
  );

  it.each<[string, Parts, RegExp]>([
    ['the right is missing', { lambda: { status: 403, body: '{}' } }, /lambda:GetAccountSettings is missing/],
    [
      'the network is missing',
      { lambda: Object.assign(new Error('fetch failed'), { code: 'ENOTFOUND' }) },
      /Cannot connect \(ENOTFOUND\)/,
    ],
    ['Lambda says nothing of it', { lambda: limits('many') }, /has no limit/],
    ['its answer is no JSON', { lambda: { status: 200, body: '<html>' } }, /has no limit/],
  ])('is not checked if %s, which is not a problem', async (_what, parts, reason) => {
    const { findings, skipped } = await examine(parts).examination;
    expect(findings).toEqual([]);
    expect(skipped).toMatchObject([
      { check: 'lambda-concurrency', reason: expect.stringMatching(reason) as string, applies: true },
    ]);
  });

  it('is not checked for a stage that lib/stages.ts does not have', async () => {
    const { settings, ...others } = target;
    expect(settings).toBeDefined();
    const absent = () => Promise.reject(new Error('not used'));
    const { skipped } = await checkStage(
      {
        target: others,
        secrets: absent,
        messages: absent,
        events: absent,
        webhooks: absent,
        optOuts: absent,
        decisions: absent,
        deadLetters: absent,
        queueCounts: absent,
        aws: absent,
      },
      () => Promise.resolve(status(404)),
      signal,
      createCheckRunner(signal),
    );
    expect(skipped).toMatchObject([{ reason: expect.stringMatching(/has no stage dev/) as string }]);
  });

  it('rejects a production stack without termination protection, and no other', async () => {
    const stack = { account: undefined, region: 'eu-west-1', hasTerminationProtection: false };
    const { findings } = await examine({ target: { stack } }).examination;
    expect(findings).toMatchObject([
      {
        check: 'termination-protection',
        next:
          'aws cloudformation update-termination-protection --enable-termination-protection ' +
          '--stack-name TwilioWebhookGateway-dev --region eu-west-1',
      },
    ]);
    const settings = {
      production: false,
      consumerMaxConcurrency: 5,
      throttle: { rateLimit: 100, burstLimit: 100 },
    };
    expect((await examine({ target: { stack, settings } }).examination).findings).toEqual([]);
  });

  it('gives advice if something else answers the URL without the stage, and makes no such check on a domain', async () => {
    const { findings } = await examine({ answer: () => status(200) }).examination;
    expect(findings).toMatchObject([
      { level: 'advice', check: 'stage-in-url', subject: `${new URL(gatewayUrl).origin}/messages` },
    ]);
    const domain = {
      postUrl: 'https://hooks.example.com/messages',
      signedUrl: 'https://hooks.example.com/messages',
    };
    const onDomain = await examine({
      target: { baseUrl: 'https://hooks.example.com', webhooks: { ...target.webhooks, messages: domain } },
    }).examination;
    expect(onDomain.facts?.map(({ check }) => check)).toEqual(['lambda-concurrency', 'capacity']);
  });

  it('rejects an output BaseUrl that does not work if the webhook URLs are on another host', async () => {
    const answer = ({ url }: PostRequest) => status(url.startsWith('https://old.example.com') ? 403 : 404);
    const { findings } = await examine({ target: { baseUrl: 'https://old.example.com' }, answer }).examination;
    expect(findings).toMatchObject(
      [{ check: 'unreachable', subject: 'https://old.example.com/messages', text: /status 403/ }].map((finding) => ({
        ...finding,
        text: expect.stringMatching(finding.text) as string,
      })),
    );
  });
});
