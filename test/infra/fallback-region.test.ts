import { App, Stack } from 'aws-cdk-lib';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { StageOptions } from '../../lib/stage/stage-options';
import { TwilioWebhookGateway } from '../../lib/twilio-webhook-gateway';
import { checks } from './checks/checks';
import { at, list, logicalId, resources, synthesizeTemplate, type Template } from './checks/template';

const laneOnly: StageOptions = { production: true, fallbackLane: { rateLimit: 100, burstLimit: 90 } };
const synthesized = synthesizeTemplate('prod', { ...laneOnly, fallbackRegion: 'us-west-2' });
const { template, regionTemplate } = synthesized;
if (regionTemplate === undefined) throw new Error('there is no second stack');

const propertiesOf = (of: Template, type: string, prefix: string) => of.Resources[logicalId(of, type, prefix)];
const queueName = String(at(propertiesOf(regionTemplate, 'AWS::SQS::Queue', 'Lane'), 'Properties', 'QueueName'));
const environmentOf = (prefix: string): unknown =>
  at(propertiesOf(template, 'AWS::Lambda::Function', prefix), 'Properties', 'Environment', 'Variables');
/** A text with references, as the template writes it. */
const joined = (...parts: readonly unknown[]) => ({ 'Fn::Join': ['', parts] });
const suffix = { Ref: 'AWS::URLSuffix' };

describe('the stack in the other region', () => {
  test('has an API, a queue, a role and a log, and no function', () => {
    const types = Object.values(regionTemplate.Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual([
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Integration',
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Stage',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
    ]);
  });

  test('sends what a request of the lane has, and the id of its API', () => {
    const route = propertiesOf(regionTemplate, 'AWS::ApiGatewayV2::Route', 'Lane');
    expect(at(route, 'Properties', 'RouteKey')).toBe('POST /fallback');
    const integration = propertiesOf(regionTemplate, 'AWS::ApiGatewayV2::Integration', 'Lane');
    const home = propertiesOf(template, 'AWS::ApiGatewayV2::Integration', 'FallbackLane');
    const attributesOf = (of: unknown): unknown =>
      JSON.parse(String(at(of, 'Properties', 'RequestParameters', 'MessageAttributes')));
    expect(attributesOf(integration)).toEqual({
      ...(attributesOf(home) as object),
      ApiId: { DataType: 'String', StringValue: '${context.apiId}' },
    });
    expect(at(integration, 'Properties', 'ResponseParameters')).toEqual(at(home, 'Properties', 'ResponseParameters'));
    expect(attributesOf(home)).not.toHaveProperty('ApiId');
  });

  test('keeps messages as long as SQS can, takes less than the lane at home, and outlives its stack', () => {
    const queue = propertiesOf(regionTemplate, 'AWS::SQS::Queue', 'Lane');
    expect(queue).toMatchObject({
      Properties: { MessageRetentionPeriod: 14 * 86_400, MaximumMessageSize: 127 * 1024, SqsManagedSseEnabled: true },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    expect(queue?.Properties).not.toHaveProperty('RedrivePolicy');
    const atHome = propertiesOf(template, 'AWS::SQS::Queue', 'FallbackLaneQueuesQueue');
    expect(at(atHome, 'Properties', 'MaximumMessageSize')).toBe(128 * 1024);
  });

  test('has the limits of the lane', () => {
    const stage = propertiesOf(regionTemplate, 'AWS::ApiGatewayV2::Stage', 'Lane');
    expect(stage?.Properties).toMatchObject({
      StageName: 'prod',
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 90 },
    });
  });

  test('has the fallback URL as its output', () => {
    expect(Object.keys(regionTemplate.Outputs)).toEqual(['FallbackUrl']);
    expect(JSON.stringify(regionTemplate.Outputs['FallbackUrl']?.Value)).toMatch(/ApiEndpoint.+\/prod\/fallback#rc=3/);
  });

  test.each(['every log group has a retention', 'nothing looks like a secret, a SID or a phone number'] as const)(
    '%s',
    (name) => {
      expect(checks[name]({ ...synthesized, template: regionTemplate })).toEqual([]);
    },
  );
});

describe('the stack at home', () => {
  test('takes messages from that queue, and its lane knows the URL that Twilio signed', () => {
    const queueUrl = joined(`https://sqs.us-west-2.`, suffix, '/', { Ref: 'AWS::AccountId' }, `/${queueName}`);
    expect(environmentOf('FallbackRegionDrain')).toEqual({
      STAGE_NAME: 'prod',
      FALLBACK_REGION: 'us-west-2',
      REGION_QUEUE_URL: queueUrl,
      LANE_QUEUE_URL: { Ref: logicalId(template, 'AWS::SQS::Queue', 'FallbackLaneQueuesQueue') },
    });
    expect(environmentOf('FallbackLaneVerifier')).toMatchObject({
      REGION_FALLBACK_URL: joined('https://{apiId}.execute-api.us-west-2.', suffix, '/prod/fallback'),
    });
    expect(template.Outputs).toMatchObject({
      FallbackRegionName: { Value: 'us-west-2' },
      FallbackRegionStack: { Value: `${stackName('prod')}-Fallback` },
      FallbackRegionQueueUrl: { Value: queueUrl },
    });
  });

  test('is otherwise the stack of a stage with a lane', () => {
    const { template: without } = synthesizeTemplate('prod', laneOnly);
    const added = Object.keys(template.Resources).filter((id) => without.Resources[id] === undefined);
    expect(added.filter((id) => !/^(?:Alarms)?FallbackRegion/.test(id))).toEqual([]);
    const changed = Object.entries(without.Resources).flatMap(([id, resource]) =>
      JSON.stringify(resource) === JSON.stringify(template.Resources[id]) ? [] : [id.replace(/[0-9A-F]{8}$/, '')],
    );
    expect(changed).toEqual(['FallbackLaneVerifierFunction', 'OperationsDashboard']);
  });

  test('is told within 15 minutes if nothing is taken home', () => {
    const alarm = propertiesOf(template, 'AWS::CloudWatch::Alarm', 'AlarmsFallbackRegionNotDrained');
    expect(alarm?.Properties).toMatchObject({
      MetricName: 'DrainSucceeded',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
    const [rule] = resources(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
    expect(rule?.['ScheduleExpression']).toBe('rate(1 minute)');
  });
});

describe('the stacks of an app', () => {
  const stacksOf = (app: App) =>
    app.synth().stacks.map(({ stackName: name, environment, dependencies }) => ({
      name,
      region: environment.region,
      needs: dependencies.flatMap((dependency) => ('stackName' in dependency ? [dependency.stackName] : [])),
    }));
  const unbundled = { context: { 'aws:cdk:bundling-stacks': [] }, builtinCloudFormationValidation: false };

  test('a stage has a second one, which is deployed first, in the same AWS account', () => {
    const app = new App(unbundled);
    const env = { account: '111122223333', region: 'eu-west-1' };
    const stage = resolveStage('dev', { fallbackLane: true, fallbackRegion: 'us-west-2', env });
    const stack = new GatewayStack(app, stackName('dev'), { stage });
    expect(stacksOf(app)).toContainEqual({
      name: stack.stackName,
      region: 'eu-west-1',
      needs: ['TwilioWebhookGateway-dev-Fallback'],
    });
    expect(stacksOf(app)).toContainEqual({
      name: 'TwilioWebhookGateway-dev-Fallback',
      region: 'us-west-2',
      needs: [],
    });
    const second = app.node.findChild('TwilioWebhookGateway-dev-Fallback');
    expect(Stack.of(second).account).toBe('111122223333');
  });

  test('two gateways of one stack have a second one each', () => {
    const app = new App(unbundled);
    const stack = new Stack(app, 'Orders');
    for (const [id, stageName] of [
      ['Sales', 'sales'],
      ['Support', 'support'],
    ] as const) {
      new TwilioWebhookGateway(stack, id, { stageName, fallbackLane: true, fallbackRegion: 'us-west-2' });
    }
    const names = stacksOf(app).map(({ name }) => name);
    expect(names.sort()).toEqual(['Orders', 'Orders-Sales-Fallback', 'Orders-Support-Fallback']);
  });
});

test.each([
  [{ fallbackRegion: 'us-west-2' }, 'fallbackRegion needs fallbackLane'],
  [{ fallbackLane: true, fallbackRegion: 'Oregon' }, 'fallbackRegion is "Oregon": give the name of a region'],
  [
    { fallbackLane: true, fallbackRegion: 'us-west-2', env: { region: 'us-west-2' } },
    'fallbackRegion is us-west-2, the region of the stage: give another one',
  ],
] satisfies [StageOptions, string][])('rejects %j', (given, problem) => {
  expect(() => resolveStage('dev', given)).toThrow(problem);
});

test('each statement of the function at home names one queue', () => {
  const statements = resources(template, 'AWS::IAM::Policy')
    .filter(([id]) => id.startsWith('FallbackRegion'))
    .flatMap(([, { Properties }]) => list(at(Properties, 'PolicyDocument', 'Statement')));
  expect(statements.map((statement) => at(statement, 'Sid'))).toEqual([
    'WriteOwnLog',
    'TakeFromRegion',
    'SendToFallbackQueue',
  ]);
  expect(JSON.stringify(statements.map((statement) => at(statement, 'Resource')))).not.toContain('"*"');
});
