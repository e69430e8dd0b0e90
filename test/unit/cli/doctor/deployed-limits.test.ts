import { limitsOfSettings, limitsOfTemplate } from '../../../../cli/doctor/deployed-limits';
import { fakeBreaker, fakeTarget } from '../fake-environment';

const mapping = (properties: object) => ({ Type: 'AWS::Lambda::EventSourceMapping', Properties: properties });
const atMost = (MaximumConcurrency: unknown) => ({ ScalingConfig: { MaximumConcurrency } });
const ingress = (properties: object) => ({ Type: 'AWS::Lambda::Function', Properties: properties });

/** The API's stage; its id is older than the construct's name. */
const apiStage = 'FrontDoorStage64A90D40';

const resources = {
  ConsumerEventSourceBF67AC75: mapping({ BatchSize: 10, ...atMost(7) }),
  BreakerEventSource01234567: mapping({ BatchSize: 1, ...atMost(2) }),
  EventsEventTopicEventSource8E3659F0: mapping({ StartingPosition: 'TRIM_HORIZON' }),
  EventsWelcomeEventSourceF4137BD6: mapping({ BatchSize: 1, ...atMost(3) }),
  IngressFunctionCC445980: ingress({ Environment: { Variables: {} } }),
  [apiStage]: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 500 } },
  },
};
const text = (found: object): string => JSON.stringify({ Resources: found });
const withPrefix = (prefix: string, found: object) =>
  Object.fromEntries(Object.entries(found).map(([id, resource]) => [prefix + id, resource as unknown]));

const limits = {
  batchSize: 10,
  consumerMaxConcurrency: 7,
  others: [
    { name: 'breaker', maxConcurrency: 2 },
    { name: 'publisher', maxConcurrency: 4 },
    { name: 'handler Welcome', maxConcurrency: 3 },
  ],
  throttleRate: 500,
  asksForReplies: false,
};

describe('the limits in a template', () => {
  it('are those of consumer, breaker, publisher, handlers and throttle', () => {
    expect(limitsOfTemplate(text(resources), '')).toEqual(limits);
  });

  it("are one gateway's, where a stack has several", () => {
    const other = { ConsumerEventSourceBF67AC75: mapping(atMost(99)), EventsXEventSource01234567: mapping(atMost(99)) };
    const both = { ...withPrefix('Twilio', resources), ...withPrefix('TwilioTest', other), ...withPrefix('A', other) };
    expect(limitsOfTemplate(text(both), 'Twilio')).toEqual(limits);
    expect(limitsOfTemplate(text(both), 'TwilioTest')).toMatchObject({ consumerMaxConcurrency: 99 });
  });

  it('has what is reserved for ingress, and whether ingress asks for replies', () => {
    const found = {
      ...resources,
      IngressFunctionCC445980: ingress({
        ReservedConcurrentExecutions: 50,
        Environment: { Variables: { REPLY_FUNCTION_NAME: { Ref: 'ReplyWithHandler' } } },
      }),
    };
    expect(limitsOfTemplate(text(found), '')).toEqual({ ...limits, reservedForIngress: 50, asksForReplies: true });
  });

  it('counts a batch of each shard of a stream, and all that Lambda allows for a queue without a limit', () => {
    const found = {
      ...resources,
      EventsEventTopicEventSource8E3659F0: mapping({ StartingPosition: 'LATEST', ParallelizationFactor: 3 }),
      EventsWelcomeEventSourceF4137BD6: mapping({ BatchSize: 1 }),
    };
    expect(limitsOfTemplate(text(found), '')?.others.map(({ maxConcurrency }) => maxConcurrency)).toEqual([
      2, 12, 1_000,
    ]);
  });

  it('counts the reconciler, which a schedule invokes', () => {
    const found = { ...resources, ReconcilerFunction0A1B2C3D: ingress({}) };
    expect(limitsOfTemplate(text(found), '')?.others).toEqual([
      ...limits.others,
      { name: 'reconciler', maxConcurrency: 1 },
    ]);
  });

  it('have no throttle where the API is another stack’s', () => {
    const others = Object.fromEntries(Object.entries(resources).filter(([id]) => id !== apiStage));
    expect(Object.keys(others)).toHaveLength(Object.keys(resources).length - 1);
    expect(limitsOfTemplate(text(others), '')).not.toHaveProperty('throttleRate');
  });

  it.each([
    ['no template', ''],
    ['a template in YAML', 'Resources:\n  A:\n    Type: B\n'],
    ['no consumer', text({})],
    [
      'a concurrency that CloudFormation computes',
      text({ ConsumerEventSourceBF67AC75: mapping(atMost({ Ref: 'P' })) }),
    ],
  ])('are unknown with %s', (_what, template) => {
    expect(limitsOfTemplate(template, '')).toBeUndefined();
  });
});

describe('the limits in lib/stages.ts', () => {
  const settings = { production: false, consumerMaxConcurrency: 6, throttle: { rateLimit: 300, burstLimit: 300 } };

  it('assume the defaults of what the outputs name', () => {
    const queues = { queue: 'welcome', queueUrl: 'q', deadLetterQueue: 'welcome', deadLetterQueueUrl: 'd' };
    const handlers = [{ name: 'Welcome', ...queues }];
    const target = {
      ...fakeTarget,
      settings,
      handlers,
      topicArn: 'arn',
      breaker: fakeBreaker,
      reconcilerSecretId: 's',
    };
    expect(limitsOfSettings(target)).toEqual({
      batchSize: 10,
      consumerMaxConcurrency: 6,
      others: [
        { name: 'publisher', maxConcurrency: 4 },
        { name: 'handler Welcome', maxConcurrency: 2 },
        { name: 'breaker', maxConcurrency: 2 },
        { name: 'reconciler', maxConcurrency: 1 },
      ],
      throttleRate: 300,
      asksForReplies: false,
    });
    expect(limitsOfSettings({ ...fakeTarget, settings })?.others).toEqual([]);
  });

  it('are unknown for a stage that is not there', () => {
    expect(limitsOfSettings(fakeTarget)).toBeUndefined();
  });
});
