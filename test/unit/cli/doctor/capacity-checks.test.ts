import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAwsGet } from '../../../../cli/clients/aws-request';
import { readStackTemplate } from '../../../../cli/clients/cloudformation-stack';
import { checkCapacity } from '../../../../cli/doctor/capacity-checks';
import type { DoctorResult } from '../../../../cli/doctor/finding';
import type { Target } from '../../../../cli/target/target';
import { fakeTarget } from '../fake-environment';

const { signal } = new AbortController();
const stack = { account: '111111111111', region: 'eu-west-1', hasTerminationProtection: true };
const deployed: Target = {
  ...fakeTarget,
  name: 'stage dev',
  stage: 'dev',
  stack,
  connection: { kind: 'sdk', region: 'eu-west-1' },
};
const settings = { production: false, consumerMaxConcurrency: 3, throttle: { rateLimit: 100, burstLimit: 100 } };

interface Stage {
  readonly consumer?: number;
  readonly handlers?: readonly number[];
  readonly reserved?: number;
  readonly asksForReplies?: boolean;
}

/** As the CDK writes it. */
const templateOf = ({ consumer = 2, handlers = [], reserved, asksForReplies = false }: Stage): string => {
  const mapping = (properties: object) => ({ Type: 'AWS::Lambda::EventSourceMapping', Properties: properties });
  return JSON.stringify({
    Resources: {
      ConsumerEventSource00000000: mapping({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: consumer } }),
      ...(handlers.length > 0 && {
        EventsEventTopicEventSource00000000: mapping({ StartingPosition: 'TRIM_HORIZON' }),
      }),
      ...Object.fromEntries(
        handlers.map((maximum, at) => [
          `EventsHandler${at}EventSource00000000`,
          mapping({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: maximum } }),
        ]),
      ),
      IngressFunction00000000: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ...(reserved !== undefined && { ReservedConcurrentExecutions: reserved }),
          Environment: { Variables: asksForReplies ? { REPLY_FUNCTION_NAME: 'x' } : {} },
        },
      },
      ['FrontDoorStage00000000']: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { DefaultRouteSettings: { ThrottlingRateLimit: 2_000 } },
      },
    },
  });
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const templateAnswer = (template: string): string =>
  '<GetTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><GetTemplateResult>' +
  `<TemplateBody>${escaped(template)}</TemplateBody></GetTemplateResult></GetTemplateResponse>`;
const denied =
  '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error>' +
  '</ErrorResponse>';

interface FakeAws {
  readonly unreserved: number;
  /** Undefined denies it. */
  readonly template: string | undefined;
}

/** Lambda and CloudFormation, as far as the check asks them. */
const answerAs =
  ({ unreserved, template }: FakeAws, asked: string[]) =>
  async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    asked.push(form.get('Action') ?? incoming.url ?? '');
    if (form.get('Action') === 'GetTemplate') {
      expect(form.get('StackName')).toBe('TwilioWebhookGateway-dev');
      outgoing.writeHead(template === undefined ? 403 : 200, { 'content-type': 'text/xml' });
      outgoing.end(template === undefined ? denied : templateAnswer(template));
      return;
    }
    const AccountLimit = { ConcurrentExecutions: unreserved, UnreservedConcurrentExecutions: unreserved };
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ AccountLimit }));
  };

/** The check with the clients of a command, whose AWS is on the loopback interface. */
const check = async (aws: FakeAws, target: Target = deployed): Promise<DoctorResult & { asked: readonly string[] }> => {
  const asked: string[] = [];
  const answer = answerAs(aws, asked);
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  try {
    const backend = {
      target,
      aws: createAwsGet('eu-west-1', process.env, signal),
      stackTemplate: () => readStackTemplate('TwilioWebhookGateway-dev', 'eu-west-1', signal),
    };
    return { ...(await checkCapacity(backend, signal)), asked };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

const textOf = ({ facts = [], findings }: DoctorResult, name: string): string | undefined =>
  [...facts, ...findings].find(({ check: found }) => found === name)?.text;

describe('the capacity of a deployed stage', () => {
  const before = { ...process.env };
  beforeAll(() => {
    process.env['AWS_ACCESS_KEY_ID'] = 'x';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'x';
  });
  afterAll(() => {
    process.env = before;
  });

  it('is read with two calls, and needs no entry in lib/stages.ts', async () => {
    const result = await check({ unreserved: 1_000, template: templateOf({}) });
    expect([...result.asked].sort()).toEqual(['/2016-08-19/account-settings/', 'GetTemplate']);
    expect(result.findings).toEqual([]);
    expect(result.facts?.map(({ check: name }) => name)).toEqual(['lambda-concurrency', 'capacity']);
    expect(textOf(result, 'lambda-concurrency')).toMatch(
      /of 1000, .* take 2 .*\(consumer 2\): 998 are left for ingress/,
    );
    expect(textOf(result, 'capacity')).toMatch(/accepts 2,000 .*\(its throttle\).* about 285 /);
  });

  it('of a new account is 100 webhooks a second with the defaults, and is in order', async () => {
    const result = await check({ unreserved: 10, template: templateOf({}) });
    expect(result.findings).toEqual([]);
    expect(textOf(result, 'capacity')).toMatch(/accepts 100 webhooks a second \(Lambda takes ten for each/);
  });

  it('of a new account with a handler is enough, with the advice to ask for more', async () => {
    const result = await check({ unreserved: 10, template: templateOf({ handlers: [2] }) });
    expect(result.findings).toMatchObject([
      {
        level: 'advice',
        check: 'lambda-concurrency',
        text: expect.stringMatching(/\(consumer 2, publisher 4, handler Handler0 2\): 2 are left/) as string,
        next: expect.stringMatching(/--desired-value 1000 --region eu-west-1$/) as string,
      },
    ]);
  });

  it.each([
    ['a consumer that takes more than half', { consumer: 6 }, /until then set consumerMaxConcurrency: 5 /],
    ['a consumer that takes everything', { consumer: 20 }, /until then set consumerMaxConcurrency: 5 /],
    ['two handlers, which no smaller consumer makes up for', { handlers: [2, 2] }, /eu-west-1$/],
  ])('of a new account starves ingress with %s', async (_what, stage: Stage, next) => {
    const result = await check({ unreserved: 10, template: templateOf(stage) });
    expect(result.findings).toMatchObject([
      {
        level: 'problem',
        check: 'lambda-concurrency',
        text: expect.stringMatching(/webhooks are lost/) as string,
        next: expect.stringMatching(next) as string,
      },
    ]);
  });

  it('is half for the consumer and the handlers together, which the suggested consumer takes into account', async () => {
    const result = await check({ unreserved: 40, template: templateOf({ consumer: 20, handlers: [2] }) });
    expect(result.findings).toMatchObject([
      { level: 'advice', next: expect.stringMatching(/until then set consumerMaxConcurrency: 14 in /) as string },
    ]);
  });

  it('starves the consumer only, where ingress has executions of its own', async () => {
    const enough = await check({ unreserved: 100, template: templateOf({ consumer: 80, reserved: 30 }) });
    expect(enough.findings).toEqual([]);
    expect(textOf(enough, 'lambda-concurrency')).toMatch(/ingress has 30 of its own/);
    const { findings } = await check({ unreserved: 100, template: templateOf({ consumer: 120, reserved: 30 }) });
    expect(findings).toMatchObject([
      { level: 'problem', text: expect.stringMatching(/: under load batches become dead letters$/) as string },
    ]);
  });

  it('is less for a stage that asks for replies, and says so', async () => {
    const result = await check({ unreserved: 10, template: templateOf({ asksForReplies: true }) });
    expect(textOf(result, 'capacity')).toMatch(/accepts 28 .*fewer while the reply function takes long/);
  });

  it('is that of lib/stages.ts if the template may not be read', async () => {
    const result = await check({ unreserved: 1_000, template: undefined }, { ...deployed, settings });
    expect(textOf(result, 'lambda-concurrency')).toMatch(/\(consumer 3\): 997 are left/);
    expect(textOf(result, 'capacity')).toMatch(/accepts 100 /);
  });

  it('is unknown without the template and without an entry in lib/stages.ts', async () => {
    const { findings, skipped } = await check({ unreserved: 1_000, template: undefined });
    expect(findings).toEqual([]);
    expect(skipped).toMatchObject([
      {
        check: 'lambda-concurrency',
        applies: true,
        reason: expect.stringMatching(/cloudformation:GetTemplate/) as string,
      },
    ]);
  });
});

it('says what does not limit the local gateway, and what does', async () => {
  const { skipped } = await checkCapacity({ target: fakeTarget }, signal);
  expect(skipped).toEqual([
    {
      check: 'lambda-concurrency',
      reason: expect.stringMatching(/no limit of concurrency.*throttle and consumer are as in the stage/) as string,
      applies: false,
    },
  ]);
});
