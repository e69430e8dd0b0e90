import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib';
import { GatewayStack } from '../../lib/gateway-stack';
import type { EventSubscription } from '../../lib/events/subscription-options';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { everyHandler } from '../helpers/every-option';
import { at, list, logicalId, resources, synthesizeTemplate, type Template } from './checks/template';

const entry = 'test/fixtures/handlers/echo.ts';
const properties = (template: Template, type: string, prefix: string) =>
  template.Resources[logicalId(template, type, prefix)]?.Properties ?? {};
const table = (template: Template) => properties(template, 'AWS::DynamoDB::Table', 'EventTable');

describe('a stage without events and handlers', () => {
  const { template } = synthesizeTemplate('dev', {});

  test('has no stream, no topic for events and no function that publishes', () => {
    expect(table(template)['StreamSpecification']).toBeUndefined();
    expect(resources(template, 'AWS::SNS::Topic')).toHaveLength(1);
    expect(Object.keys(template.Resources).filter((id) => id.startsWith('Events'))).toEqual([]);
    expect(Object.keys(template.Outputs).filter((name) => /Event(?:Topic|Payload)|^Handler/.test(name))).toEqual([]);
  });
});

describe('a stage with events', () => {
  const { template } = synthesizeTemplate('dev', { events: { payload: 'reference' } });

  test('has a stream of new and old images, and a publisher that reads it until its records are gone', () => {
    expect(table(template)['StreamSpecification']).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    const mapping = properties(template, 'AWS::Lambda::EventSourceMapping', 'EventsEventTopic');
    expect(mapping).toMatchObject({
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StartingPosition: 'TRIM_HORIZON',
    });
    expect(mapping['MaximumRetryAttempts']).toBeUndefined();
    expect(mapping['MaximumRecordAgeInSeconds']).toBeUndefined();
  });

  test('publishes what the option says, to a FIFO topic that is encrypted', () => {
    const publisher = properties(template, 'AWS::Lambda::Function', 'EventsEventTopicPublisher');
    expect(at(publisher, 'Environment', 'Variables', 'PAYLOAD')).toBe('reference');
    expect(properties(template, 'AWS::SNS::Topic', 'Events')).toMatchObject({
      FifoTopic: true,
      FifoThroughputScope: 'MessageGroup',
      KmsMasterKeyId: expect.anything(),
    });
    const policy = JSON.stringify(properties(template, 'AWS::SNS::TopicPolicy', 'Events'));
    expect(policy).toContain('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
    expect(template.Outputs['EventPayload']?.Value).toBe('reference');
  });

  test('has no queue of a handler', () => {
    expect(resources(template, 'AWS::SNS::Subscription')).toEqual([]);
  });
});

describe('handlers', () => {
  const { template } = synthesizeTemplate('dev', {}, everyHandler);
  const subscriptions = resources(template, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);

  test('get only the events that their options name, raw, and events that SNS cannot deliver are kept', () => {
    expect(subscriptions.map((subscription) => subscription['FilterPolicy'])).toEqual(
      expect.arrayContaining([
        {
          type: ['twilio.webhook.message.received'],
          to: ['+15550100002', { prefix: 'whatsapp:' }],
          from: [{ prefix: '+1555' }],
        },
        { type: ['twilio.webhook.message.status-changed'], terminal: ['true'] },
        { type: ['twilio.webhook.usage-trigger.fired', 'twilio.webhook.event.received'] },
      ]),
    );
    const undelivered = logicalId(template, 'AWS::SQS::Queue', 'EventsEventTopicUndelivered');
    for (const subscription of subscriptions) {
      expect(subscription['RawMessageDelivery']).toBe(true);
      expect(subscription['RedrivePolicy']).toEqual({ deadLetterTargetArn: { 'Fn::GetAtt': [undelivered, 'Arn'] } });
    }
  });

  test('have FIFO queues, or standard ones without ordering, and five receives', () => {
    const queue = (prefix: string) => properties(template, 'AWS::SQS::Queue', prefix);
    expect(queue('EventsRepliesQueuesQueue')).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      VisibilityTimeout: 60,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
    expect(queue('EventsRepliesQueuesDeadLetterQueue')).toMatchObject({ FifoQueue: true });
    expect(queue('EventsDeliveryQueuesQueue')['FifoQueue']).toBeUndefined();
    expect(queue('EventsDeliveryQueuesDeadLetterQueue')['FifoQueue']).toBeUndefined();
  });

  test('get one event at a time from a FIFO queue, so that what waits behind a failure is not received', () => {
    const batchSize = (prefix: string) => properties(template, 'AWS::Lambda::EventSourceMapping', prefix)['BatchSize'];
    expect(batchSize('EventsReplies')).toBe(1);
    expect(batchSize('EventsDelivery')).toBe(10);
  });

  test('know their queues, their retries, and where to ask Twilio for statuses', () => {
    const handler = properties(template, 'AWS::Lambda::Function', 'EventsRepliesHandler');
    expect(at(handler, 'Environment', 'Variables')).toMatchObject({
      STAGE_NAME: 'dev',
      HANDLER_NAME: 'Replies',
      RETRY_DELAYS: '1,10,60',
      MAX_RECEIVES: '5',
      GREETING: 'Hello',
      STATUS_CALLBACK_URL: { 'Fn::Join': ['', expect.arrayContaining(['/dev/status#rc=3&rp=4xx,5xx,ct,rt'])] },
    });
  });

  test('of a stage with Basic authentication ask for no status callback, whose URL would need the credentials', () => {
    const basic = synthesizeTemplate('dev', { basicAuth: true }, everyHandler).template;
    const handler = properties(basic, 'AWS::Lambda::Function', 'EventsRepliesHandler');
    expect(at(handler, 'Environment', 'Variables', 'STATUS_CALLBACK_URL')).toBe('');
  });

  test('that use a queue of yours get a subscription and nothing else', () => {
    expect(Object.keys(template.Resources).filter((id) => id.startsWith('EventsAudit'))).toEqual([]);
    expect(subscriptions.map(({ Endpoint }) => JSON.stringify(Endpoint))).toContain(
      '"arn:aws:sqs:eu-west-1:111122223333:audit.fifo"',
    );
  });

  test('are on the dashboard with their alarms', () => {
    const dashboard = properties(template, 'AWS::CloudWatch::Dashboard', 'Operations');
    const text = JSON.stringify(list(at(dashboard['DashboardBody'], 'Fn::Join', 1)));
    for (const title of ['Events: alarms', 'Replies: alarms', 'Replies: events', 'Delivery: function']) {
      expect(text).toContain(title);
    }
  });
});

test('a handler may have another file in each stage, and the name of the reply function', () => {
  const directory = mkdtempSync(join(tmpdir(), 'handlers-'));
  try {
    const app = new App({ outdir: directory });
    const register = (name: 'dev' | 'prod', file: string) => {
      const gateway = new GatewayStack(app, name, { stage: resolveStage(name, {}) });
      gateway.onMessage('ReplyWith', { entry: file });
      gateway.replyWith({ entry: 'test/fixtures/handlers/answer.ts' });
    };
    register('dev', entry);
    register('prod', 'test/fixtures/handlers/scripted.ts');
    const assembly = app.synth();
    const code = ['dev', 'prod'].flatMap((name) => {
      // The CDK wrote it.
      const synthesized = assembly.getStackByName(name).template as Template;
      return resources(synthesized, 'AWS::Lambda::Function')
        .filter(([id]) => id.includes('ReplyWith'))
        .map(([, { Properties }]) => at(Properties, 'Code', 'S3Key'));
    });
    // The reply function is the same in both.
    expect([code.length, new Set(code).size]).toEqual([4, 3]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('a wrong option fails the synthesis', () => {
  const register = (act: (gateway: GatewayStack) => void) => () => synthesizeTemplate('dev', {}, act);
  const types: EventSubscription['types'] = ['twilio.webhook.event.received'];

  test.each([
    ['a name in lower case', { name: 'replies' }, 'Handler "replies": the name must match'],
    ['a name of another construct', { name: 'Alarms' }, 'the names Alarms, EventTopic, HandledEvents'],
    ['a long name', { name: `A${'a'.repeat(20)}` }, 'the name must match'],
    ['a type that does not exist', { types: ['twilio.webhook.nothing'] }, 'there is no type "twilio.webhook.nothing"'],
    ['no type', { types: [] }, 'types is empty'],
    ['an address with a star in the middle', { to: ['+1*5'] }, 'to or from has a bad address'],
    [
      'more addresses than SNS takes',
      { to: Array.from({ length: 151 }, (_, at) => `whatsapp:+1555${at}`) },
      'the numbers of types, to and from multiply to more than 150',
    ],
    ['an unknown order', { ordering: 'random' }, "ordering must be 'conversation' or 'none'"],
    ['no receive', { maxReceives: 0 }, 'maxReceives must be a whole number from 1 to 100'],
    ['one batch at once', { maxConcurrency: 1 }, 'maxConcurrency must be a whole number from 2 to 1000'],
    [
      'a timeout in which nothing is begun',
      { timeout: Duration.seconds(2) },
      'timeout must be 3 seconds to 15 minutes',
    ],
    ['a timeout that Lambda refuses', { timeout: Duration.minutes(16) }, 'timeout must be 3 seconds to 15 minutes'],
    ['half a second before a retry', { retryDelays: [Duration.millis(500)] }, 'retryDelays must be whole seconds'],
    [
      'a day before a retry',
      { retryDelays: [Duration.days(1)] },
      'retryDelays must be whole seconds, at most 12 hours',
    ],
    ['no code', { code: undefined }, 'give exactly one of entry, handler and queue'],
  ])('%s', (_name, { name = 'Others', ...change }: Readonly<Record<string, unknown>>, message) => {
    // A JavaScript caller has no types.
    const given = { types, ...('code' in change ? {} : { entry }), ...change } as unknown as EventSubscription;
    expect(register((gateway) => gateway.onEvent(String(name), given))).toThrow(message);
  });

  test('two handlers of one name', () => {
    const twice = register((gateway) => {
      gateway.onMessage('Replies', { entry });
      gateway.onMessage('Replies', { entry });
    });
    expect(twice).toThrow("There is already a Construct with name 'Replies'");
  });

  test('a filter by number where events are references', () => {
    expect(() =>
      synthesizeTemplate('dev', { events: { payload: 'reference' } }, (gateway) =>
        gateway.onMessage('Replies', { entry, to: ['+15550100002'] }),
      ),
    ).toThrow("to and from need the stage's events.payload to be 'full'");
  });

  test.each([
    [{ payload: 'some' as 'full' }, "events.payload is \"some\": it must be 'full' or 'reference'"],
    [{ eventBusArn: 'default' }, 'events.eventBusArn is not the ARN of an event bus'],
  ])('the stage option events %j', (events, message) => {
    expect(() => resolveStage('dev', { events })).toThrow(message);
  });
});
