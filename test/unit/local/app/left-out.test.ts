import { createFunctionSet } from '../../../../local/functions/function-set';
import { readPlan, type Plan } from '../../../../local/deployment/plan';
import type { Template, TemplateResource } from '../../../../local/template/template';

const queues = { url: (name: string) => `http://queues/${name}`, arn: (name: string) => `arn:aws:sqs:local:0:${name}` };
const functionSet = createFunctionSet(() => {
  throw new Error('Nothing runs.');
});
const planOf = (more: Readonly<Record<string, TemplateResource>>, Optional: readonly string[]): Plan => {
  const template: Template = {
    Resources: {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: 'dev' } },
      ...more,
    },
    Optional,
  };
  return readPlan(
    { template, directory: '/', code: new Map() },
    {
      queues,
      functionSet,
      secrets: { arn: (id) => `arn:${id}` },
      endpoints: { http: 'http://127.0.0.1', webSocket: 'ws://127.0.0.1' },
      variables: {},
    },
  );
};

const python: Readonly<Record<string, TemplateResource>> = {
  Mine: { Type: 'AWS::SQS::Queue' },
  Report: {
    Type: 'AWS::Lambda::Function',
    Properties: { Runtime: 'python3.13', Handler: 'index.handler' },
    Metadata: { 'aws:cdk:path': 'Audit/Report/Resource' },
  },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': ['Mine', 'Arn'] }, FunctionName: { Ref: 'Report' } },
  },
};
const reason = 'Audit/Report runs on python3.13; the local gateway runs Node.js functions.';

test('an unsupported function that nobody needs is left out with what connects it, by the path of its construct', () => {
  const plan = planOf(python, Object.keys(python));
  expect(plan.leftOut).toEqual([reason]);
  expect(plan.eventSources).toEqual([]);
  expect(plan.queues.map(({ name }) => name)).toEqual(['Mine']);
});

test('one that the gateway needs is an error, which says what to do', () => {
  expect(() => planOf(python, ['Mine'])).toThrow(
    `${reason} Leave it out on a laptop, where this.node.tryGetContext('twilio-webhook-gateway:dev') is true.`,
  );
});

test('an unsupported WebSocket API is left out, and the gateway’s own API is served', () => {
  const api = (properties: Readonly<Record<string, unknown>>) => ({ ApiId: { Ref: 'Voice' }, ...properties });
  const voice = {
    Voice: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
    One: { Type: 'AWS::ApiGatewayV2::Stage', Properties: api({ StageName: 'one' }) },
    Two: { Type: 'AWS::ApiGatewayV2::Stage', Properties: api({ StageName: 'two' }) },
  };
  const plan = planOf(voice, Object.keys(voice));
  expect(plan.leftOut).toEqual(['The local gateway supports one WebSocket API with one stage.']);
  expect(plan).toMatchObject({ webSocketApi: undefined, api: { stage: 'dev' } });
});

test('a resource of a condition is left out where nobody needs it', () => {
  const conditional = { Extra: { Type: 'AWS::SQS::Queue', Condition: 'IsLarge' } };
  expect(planOf(conditional, ['Extra']).leftOut).toEqual([
    'The local gateway cannot run these resources: Extra (AWS::SQS::Queue, conditional on IsLarge).',
  ]);
  expect(() => planOf(conditional, [])).toThrow('Extra (AWS::SQS::Queue, conditional on IsLarge)');
});
