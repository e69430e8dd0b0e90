import { Duration } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { GatewayStack } from '../../lib/gateway-stack';
import { at, list, logicalId, resources, synthesizeTemplate, type Template } from './checks/template';

const entry = 'test/fixtures/handlers/answer.ts';
const withReply = (...given: Parameters<GatewayStack['replyWith']>): Template =>
  synthesizeTemplate('dev', {}, (gateway) => gateway.replyWith(...given)).template;

const fn = 'AWS::Lambda::Function';
const propertiesOf = (template: Template, prefix: string) =>
  template.Resources[logicalId(template, fn, prefix)]?.Properties;
const variablesOf = (template: Template, prefix: string): unknown =>
  at(propertiesOf(template, prefix), 'Environment', 'Variables');

test('a stage without a reply function has the template that it had', () => {
  const { template } = synthesizeTemplate('dev', {});
  const text = JSON.stringify(template);
  expect(text).not.toMatch(/ReplyWith|ReplyFallback|REPLY_FUNCTION|REPLY_TIMEOUT/);
  expect(Object.keys(variablesOf(template, 'Ingress') as object)).toHaveLength(13);
});

test('a reply function adds itself, its alarm, and what ingress needs to ask it, and changes nothing else', () => {
  const { template: before } = synthesizeTemplate('dev', {});
  const after = withReply({ entry }, { timeout: Duration.millis(1_200) });
  const added = Object.keys(after.Resources).filter((id) => !(id in before.Resources));
  expect(added.map((id) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
    'ReplyWithAlarmsReplyFallback',
    'ReplyWithHandlerFunction',
    'ReplyWithHandlerLog',
    'ReplyWithHandlerRole',
    'ReplyWithHandlerRoleDefaultPolicy',
  ]);
  const changed = Object.keys(before.Resources).filter(
    (id) => JSON.stringify(before.Resources[id]) !== JSON.stringify(after.Resources[id]),
  );
  expect(changed.map((id) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
    'IngressFunction',
    'IngressRoleDefaultPolicy',
    'OperationsDashboard',
  ]);
  expect(after.Outputs).toEqual(before.Outputs);
  expect(variablesOf(after, 'Ingress')).toMatchObject({
    REPLY_FUNCTION_NAME: { Ref: logicalId(after, fn, 'ReplyWith') },
    REPLY_TIMEOUT_MS: '1200',
  });
  // Lambda counts whole seconds.
  expect(propertiesOf(after, 'ReplyWith')?.['Timeout']).toBe(2);
  expect(variablesOf(after, 'ReplyWith')).toEqual({
    STAGE_NAME: 'dev',
    HANDLER_NAME: 'ReplyWith',
    REPLY_TIMEOUT_MS: '1200',
  });
});

test('a function of your own is asked, and only that one', () => {
  const { template } = synthesizeTemplate('dev', {}, (gateway) => {
    const code = Code.fromInline('exports.handler = async () => null;');
    gateway.replyWith({
      handler: new Function(gateway, 'Mine', { runtime: Runtime.NODEJS_LATEST, handler: 'index.handler', code }),
    });
  });
  const mine = logicalId(template, fn, 'Mine');
  expect(variablesOf(template, 'Ingress')).toMatchObject({
    REPLY_FUNCTION_NAME: { Ref: mine },
    REPLY_TIMEOUT_MS: '2000',
  });
  const statements = resources(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) => [
    ...list(at(Properties, 'PolicyDocument', 'Statement')),
  ]);
  expect(statements.filter((statement) => list(at(statement, 'Action')).includes('lambda:InvokeFunction'))).toEqual([
    {
      Sid: 'AskForReplies',
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: { 'Fn::GetAtt': [mine, 'Arn'] },
    },
  ]);
});

test('rejects a bad time, no function or two, by name', () => {
  const source = { entry };
  for (const timeout of [Duration.millis(99), Duration.millis(2_001), Duration.seconds(3)]) {
    expect(() => withReply(source, { timeout })).toThrow('replyWith: timeout must be 100 milliseconds to 2 seconds.');
  }
  // As JavaScript may do.
  expect(() => withReply({})).toThrow('replyWith: give exactly one of entry and handler.');
  expect(() =>
    synthesizeTemplate('dev', {}, (gateway) => {
      gateway.replyWith(source);
      gateway.replyWith(source);
    }),
  ).toThrow('replyWith: a stage has one reply function.');
});
