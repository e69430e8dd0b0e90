import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byHand } from '../../lambda/breaker/environment';
import type { BreakerTrigger } from '../../lambda/shared/breaker/breaker-trigger';
import { breakerOutputs } from '../../lambda/shared/contract/stack-outputs';
import { maxTriggers, type BreakerOptions } from '../../lib/stage/breaker-options';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { synthesizeStage } from '../../lib/synthesize';
import { everyOption } from '../helpers/every-option';
import { configured } from '../unit/breaker/firings';
import { checkNames, checks } from './checks/checks';
import { at, list, logicalId, resources, synthesizeTemplate, type Template } from './checks/template';

const breaker: BreakerOptions = { triggers: [configured] };
const accounts = ['main', configured.target];
const withBreaker = (options: Partial<BreakerOptions> = {}, production = false) =>
  synthesizeTemplate(production ? 'prod' : 'dev', {
    production,
    accounts,
    breaker: { ...breaker, ...options },
  });
const { template } = withBreaker();
const breakerFunction = (of: Template): unknown =>
  at(of.Resources[logicalId(of, 'AWS::Lambda::Function', 'Breaker')], 'Properties');
const secretId = logicalId(template, 'AWS::SecretsManager::Secret', 'BreakerParentCredentials');
const accountSecretIds = resources(template, 'AWS::SecretsManager::Secret').flatMap(([id]) =>
  id.startsWith('AccountSecrets') ? [id] : [],
);
const queueId = resources(template, 'AWS::SQS::Queue').flatMap(([id, { Properties }]) =>
  id.startsWith('Breaker') && Properties['RedrivePolicy'] !== undefined ? [id] : [],
)[0];
/** Every statement of the policies of a function's role. */
const statementsOf = (functionPrefix: string): readonly unknown[] => {
  const id = logicalId(template, 'AWS::Lambda::Function', functionPrefix);
  const role = at(template.Resources[id], 'Properties', 'Role', 'Fn::GetAtt', 0);
  return resources(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => at(Properties, 'Roles', 0, 'Ref') === role)
    .flatMap(([, { Properties }]) => list(at(Properties, 'PolicyDocument', 'Statement')));
};

describe.each([false, true])('a stage with a breaker (production: %s)', (production) => {
  const synthesized = withBreaker({}, production);

  test.each(checkNames)('%s', (check) => {
    expect(checks[check](synthesized)).toEqual([]);
  });
});

test('a stage without a breaker has none of its resources, outputs and variables', () => {
  const { template: without } = synthesizeTemplate('dev', {});
  const ingress = without.Resources[logicalId(without, 'AWS::Lambda::Function', 'Ingress')];
  expect(at(ingress, 'Properties', 'Environment', 'Variables', 'BREAKER_QUEUE_URL')).toBe('');
  expect(Object.keys(without.Resources).filter((id) => /breaker/i.test(id))).toEqual([]);
  expect(Object.keys(without.Outputs).filter((name) => /breaker/i.test(name))).toEqual([]);
});

test('a breaker changes no logical id of the other resources', () => {
  const plain = synthesizeTemplate('dev', { accounts }).template;
  expect(Object.keys(template.Resources)).toEqual(
    expect.arrayContaining(
      Object.entries(plain.Resources).flatMap(([id, { Type }]) => (Type === 'AWS::Lambda::Permission' ? [] : [id])),
    ),
  );
});

test('the breaker is in dry run unless the stage switches it off', () => {
  const dryRun = (of: Partial<BreakerOptions>) =>
    at(breakerFunction(withBreaker(of).template), 'Environment', 'Variables', 'DRY_RUN');
  expect(dryRun({})).toBe('true');
  expect(dryRun({ dryRun: false })).toBe('false');
});

test("reads its triggers from a file, contains no account SID, and calls Twilio's own host", () => {
  const variables = at(breakerFunction(template), 'Environment', 'Variables');
  expect(at(variables, 'TRIGGER_FILE')).toBe('triggers.json');
  for (const name of Object.values(byHand)) expect(Object.keys(variables as object)).not.toContain(name);
  expect(JSON.stringify(template)).not.toMatch(/\bAC[0-9a-f]{32}\b/i);
});

describe('least privilege', () => {
  test('the breaker may use only its own secret, items and queue, and publish to the topic', () => {
    const bySid = new Map(statementsOf('Breaker').map((statement) => [String(at(statement, 'Sid')), statement]));
    const table = logicalId(template, 'AWS::DynamoDB::Table', 'EventTable');
    expect(bySid.get('ConsumeUsageTriggers')).toMatchObject({ Resource: { 'Fn::GetAtt': [queueId, 'Arn'] } });
    expect(bySid.get('RecordDecisions')).toEqual({
      Sid: 'RecordDecisions',
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Resource: { 'Fn::GetAtt': [table, 'Arn'] },
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`AC${'?'.repeat(32)}#BREAKER`] } },
    });
    expect(bySid.get('ReadParentCredentials')).toMatchObject({
      Action: 'secretsmanager:GetSecretValue',
      Resource: { Ref: secretId },
    });
    expect(bySid.get('PublishNotifications')).toMatchObject({
      Action: 'sns:Publish',
      Resource: { Ref: logicalId(template, 'AWS::SNS::Topic', 'AlarmTopic') },
    });
    expect(bySid.get('EncryptNotifications')).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    });
    expect([...bySid.keys()].sort()).toEqual([
      'ConsumeUsageTriggers',
      'EncryptNotifications',
      'PublishNotifications',
      'ReadParentCredentials',
      'RecordDecisions',
      'WriteOwnLog',
    ]);
  });

  test('ingress may only send to the queue of the breaker', () => {
    const naming = statementsOf('Ingress').filter((statement) => JSON.stringify(statement).includes(String(queueId)));
    expect(naming).toEqual([
      {
        Action: 'sqs:SendMessage',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
        Sid: 'EnqueueUsageTriggers',
      },
    ]);
  });

  test("neither ingress nor the consumer can read the breaker's secret, nor the breaker theirs", () => {
    const isNamedBy = (functionPrefix: string, id: string) =>
      JSON.stringify(statementsOf(functionPrefix)).includes(`"${id}"`);
    expect(accountSecretIds).toHaveLength(2);
    expect(isNamedBy('Breaker', secretId)).toBe(true);
    for (const other of ['Ingress', 'Consumer']) expect(isNamedBy(other, secretId)).toBe(false);
    for (const id of accountSecretIds) {
      expect(isNamedBy('Ingress', id)).toBe(true);
      expect(isNamedBy('Breaker', id)).toBe(false);
    }
    // Nor by a policy on the secret itself.
    expect(resources(template, 'AWS::SecretsManager::ResourcePolicy')).toEqual([]);
  });
});

describe('a stage with many triggers', () => {
  const many = (length: number): BreakerTrigger[] =>
    Array.from({ length }, (_, at) => ({
      ...configured,
      category: 'c'.repeat(64),
      minTriggerValue: '1'.repeat(18),
      sid: `UT${String(at).padStart(32, '0')}`,
    }));
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-triggers-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('passes 60 triggers in a file with the bundle, not in the environment', () => {
    const triggers = many(60);
    const stage = resolveStage('dev', { accounts, breaker: { triggers } });
    // The CDK wrote it.
    const { template: synthesized } = synthesizeStage(stage, directory) as unknown as { template: Template };
    const id = logicalId(synthesized, 'AWS::Lambda::Function', 'Breaker');
    const asset = at(synthesized.Resources[id], 'Metadata', 'aws:asset:path');
    const file = readFileSync(join(directory, String(asset), 'triggers.json'), 'utf8');
    expect(JSON.parse(file)).toEqual(triggers);
    const variables = at(synthesized.Resources[id], 'Properties', 'Environment', 'Variables');
    expect(JSON.stringify(variables).length).toBeLessThan(1024);
  });

  test('stays within the limits of CloudFormation for outputs, with the maximum of triggers and every other option', () => {
    const { Outputs } = synthesizeTemplate('prod', {
      ...everyOption(),
      breaker: { triggers: many(maxTriggers) },
    }).template;
    expect(Object.keys(Outputs).filter((name) => /^BreakerTrigger\d+$/.test(name))).toHaveLength(maxTriggers);
    expect(Object.keys(Outputs).length).toBeLessThanOrEqual(200);
    for (const [name, { Description, Value }] of Object.entries(Outputs)) {
      if (!name.startsWith('Breaker')) continue;
      expect(Buffer.byteLength(Description)).toBeLessThanOrEqual(1024);
      expect(Buffer.byteLength(JSON.stringify(Value))).toBeLessThanOrEqual(1024);
    }
  });

  test('rejects more triggers, with the key and the limit in the message', () => {
    expect(() => resolveStage('dev', { accounts, breaker: { triggers: many(maxTriggers + 1) } })).toThrow(
      /breaker\.triggers has 151 entries: give at most 150\..*CloudFormation allows 200/,
    );
  });
});

test('the alarm on an undecided trigger counts retries too, and goes off before the dead letter', () => {
  const id = logicalId(template, 'AWS::CloudWatch::Alarm', 'AlarmsBreakerUndecided');
  const alarm = template.Resources[id]?.Properties;
  expect(alarm).toMatchObject({
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 10,
    DatapointsToAlarm: 10,
    TreatMissingData: 'notBreaching',
  });
  const queries = list(at(alarm, 'Metrics'));
  expect(queries.map((query) => at(query, 'Expression')).filter((expression) => expression !== undefined)).toEqual([
    'FILL(visible, 0) + FILL(notVisible, 0)',
  ]);
  expect(queries.flatMap((query) => at(query, 'MetricStat', 'Period') ?? [])).toEqual([60, 60]);
  // The delays of the retries: 15 s, then four times as long each.
  const retries = [15, 60, 240, 960].reduce((sum, seconds) => sum + seconds);
  expect(10 * 60).toBeLessThan(retries);
});

test('the secret starts as a placeholder, and survives the stack in production only', () => {
  const secretOf = (of: Template) => of.Resources[secretId];
  expect(at(secretOf(template), 'Properties', 'GenerateSecretString', 'SecretStringTemplate')).toBe(
    '{"accountSid":"CHANGE_ME"}',
  );
  expect(secretOf(template)?.DeletionPolicy).toBe('Delete');
  expect(secretOf(withBreaker({}, true).template)?.DeletionPolicy).toBe('RetainExceptOnCreate');
});

test('the queue has a name of its own and a batch size of one', () => {
  expect(JSON.stringify(template.Resources[queueId ?? '']?.Properties['QueueName'])).toContain('Breaker');
  const mapping = logicalId(template, 'AWS::Lambda::EventSourceMapping', 'Breaker');
  expect(template.Resources[mapping]?.Properties).toMatchObject({
    BatchSize: 1,
    EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('ingress and the outputs refer to the queue, the dead-letter queue and the secret', () => {
  const ingress = template.Resources[logicalId(template, 'AWS::Lambda::Function', 'Ingress')];
  expect(at(ingress, 'Properties', 'Environment', 'Variables', 'BREAKER_QUEUE_URL')).toEqual({
    Ref: queueId,
  });
  expect(template.Outputs[breakerOutputs.queueUrl]?.Value).toEqual({ Ref: queueId });
  expect(template.Outputs[breakerOutputs.deadLetterQueueUrl]?.Value).toEqual({
    Ref: logicalId(template, 'AWS::SQS::Queue', 'BreakerQueuesDeadLetterQueue'),
  });
  expect(template.Outputs[breakerOutputs.secretArn]?.Value).toEqual({ Ref: secretId });
});
