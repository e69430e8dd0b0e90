import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AlarmTopic } from '../../../lib/alarm-topic';
import { Breaker } from '../../../lib/breaker';
import { breakerAlarms } from '../../../lib/breaker-alarms';
import { resolveBreaker, type BreakerOptions } from '../../../lib/breaker-options';
import { EventTable } from '../../../lib/event-table';
import { resolveStage } from '../../../lib/stage';
import type { AlarmEntry } from '../../../lib/alarm-entry';
import { at, list, logicalId, resources, type Template } from '../../infra/template';
import { configured } from './firings';

const options: BreakerOptions = { triggers: [configured] };

const synthesize = (
  breakerOptions: BreakerOptions,
  production = false,
): { readonly template: Template; readonly alarms: readonly AlarmEntry[] } => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-breaker-template-'));
  try {
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      treeMetadata: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    const stack = new Stack(app, 'Test', { analyticsReporting: false });
    const stage = resolveStage('test', { production });
    const faults: string[] = [];
    const breakerStage = resolveBreaker(breakerOptions, faults);
    if (breakerStage === undefined || faults.length > 0) throw new Error(faults.join());
    const { table } = new EventTable(stack, 'EventTable', { stage });
    const { topic } = new AlarmTopic(stack, 'AlarmTopic', { stage });
    const breaker = new Breaker(stack, 'Breaker', { stage, breaker: breakerStage, table, topic });
    const alarms = breakerAlarms(stage, breaker);
    const path = app.synth().getStackArtifact(stack.artifactId).templateFullPath;
    // The CDK wrote it a moment ago; the assertions name the shapes that matter.
    return { template: JSON.parse(readFileSync(path, 'utf8')) as Template, alarms };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

const { template, alarms } = synthesize(options);

const functionProperties = (of: Template): unknown =>
  resources(of, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties)[0];

test('is in dry run unless the stage says otherwise', () => {
  const dryRun = (of: BreakerOptions) =>
    at(functionProperties(synthesize(of).template), 'Environment', 'Variables', 'DRY_RUN');
  expect(dryRun(options)).toBe('true');
  expect(dryRun({ ...options, dryRun: false })).toBe('false');
});

test('takes its triggers from the configuration, and names no account SID', () => {
  const variables = at(functionProperties(template), 'Environment', 'Variables');
  expect(JSON.parse(String(at(variables, 'BREAKER_TRIGGERS')))).toEqual([configured]);
  expect(Object.keys(variables as object)).not.toContain('TWILIO_API_BASE_URL');
  expect(JSON.stringify(template)).not.toMatch(/\bAC[0-9a-f]{32}\b/i);
});

test('may read its own secret, its own rows and its own queue, and publish to the one topic', () => {
  const statements = resources(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) => [
    ...list(at(Properties['PolicyDocument'], 'Statement')),
  ]);
  const bySid = new Map(statements.map((statement) => [String(at(statement, 'Sid')), statement]));
  const table = logicalId(template, 'AWS::DynamoDB::Table', 'EventTable');
  expect(bySid.get('RecordDecisions')).toEqual({
    Sid: 'RecordDecisions',
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    Resource: { 'Fn::GetAtt': [table, 'Arn'] },
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
  });
  expect(bySid.get('ReadParentCredentials')).toMatchObject({
    Action: 'secretsmanager:GetSecretValue',
    Resource: { Ref: logicalId(template, 'AWS::SecretsManager::Secret', 'BreakerParentCredentials') },
  });
  expect(bySid.get('TellPeople')).toMatchObject({
    Action: 'sns:Publish',
    Resource: { Ref: logicalId(template, 'AWS::SNS::Topic', 'AlarmTopic') },
  });
  expect(bySid.get('EncryptNotices')).toMatchObject({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] });
  expect([...bySid.keys()].sort()).toEqual([
    'ConsumeFirings',
    'EncryptNotices',
    'ReadParentCredentials',
    'RecordDecisions',
    'TellPeople',
    'WriteOwnLog',
    'undefined', // X-Ray's, which the CDK adds
  ]);
});

test('its secret begins as a placeholder, and survives the stack in production only', () => {
  const secretOf = (of: Template) =>
    resources(of, 'AWS::SecretsManager::Secret').map(([, secret]) => secret)[0];
  expect(at(secretOf(template), 'Properties', 'GenerateSecretString', 'SecretStringTemplate')).toBe(
    '{"accountSid":"CHANGE_ME"}',
  );
  expect(secretOf(template)?.DeletionPolicy).toBe('Delete');
  expect(secretOf(synthesize(options, true).template)?.DeletionPolicy).toBe('Retain');
});

test('its queue has a dead-letter queue after five receives, and hides a message for six timeouts', () => {
  const queues = resources(template, 'AWS::SQS::Queue').map(([, { Properties }]) => Properties);
  const source = queues.find((queue) => queue['RedrivePolicy'] !== undefined);
  expect(at(source, 'RedrivePolicy', 'maxReceiveCount')).toBe(5);
  expect(source?.['VisibilityTimeout']).toBe(6 * Number(at(functionProperties(template), 'Timeout')));
  expect(JSON.stringify(source?.['QueueName'])).toContain('Breaker');
  expect(
    resources(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties),
  ).toEqual([expect.objectContaining({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] })]);
});

test('every alarm has an id and a runbook anchor of its own, and one sentence', () => {
  expect(new Set(alarms.map(({ id }) => id)).size).toBe(alarms.length);
  expect(new Set(alarms.map(({ anchor }) => anchor)).size).toBe(alarms.length);
  expect(alarms.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['BreakerTripped', 'BreakerDeadLetters', 'BreakerErrors', 'BreakerRefused']),
  );
  for (const { sentence } of alarms) expect(sentence).toMatch(/^[A-Z].+\.$/);
});

describe("a stage's breaker", () => {
  test('is absent where the stage has none', () => {
    const faults: string[] = [];
    expect(resolveBreaker(undefined, faults)).toBeUndefined();
    expect(faults).toEqual([]);
  });

  test('rejects every fault by its key', () => {
    const faults: string[] = [];
    resolveBreaker({ triggers: [] }, faults);
    resolveBreaker({ triggers: [{ ...configured, target: 'Main Account', sid: 'UT1' }] }, faults);
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'breaker.triggers',
      'breaker.triggers[0].target',
      'breaker.triggers[0].sid',
    ]);
  });
});
