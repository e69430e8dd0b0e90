import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { readSecretArns } from '../../lambda/shared/credentials/secret-arns';
import { readAccountSecretArns, stackName } from '../../lambda/shared/contract/stack-outputs';
import {
  maxEnvironmentBytes,
  maxOutputBytes,
  maxRolePolicyBytes,
  otherEnvironmentBytes,
  otherPolicyBytes,
} from '../../lib/stage/accounts';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import type { StageOptions } from '../../lib/stage/stage-options';
import { WebSocketAuthorizer } from '../../lib/constructs/web-socket-authorizer';
import { everyHandler, everyOption } from '../helpers/every-option';
import { checkNames, checks } from './checks/checks';
import { physicalResolver } from './checks/physical-names';
import { at, list, resources, synthesizeTemplate, type Template } from './checks/template';

/** Account names of the maximum length. */
const accountsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `account${String(at).padStart(9, 'x')}`);
const stageName = 'a1234567890b1234';
/** The longest host name that Twilio and Route 53 accept. */
const domainName = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(56)}.example.com`;

const options = (count: number): StageOptions => {
  const { customDomain, ...all } = everyOption();
  if (customDomain === undefined) throw new Error('everyOption has no custom domain');
  const accounts = accountsOf(count);
  return {
    ...all,
    accounts,
    breaker: {
      triggers: [{ target: accounts[0] ?? '', category: 'totalprice', recurring: 'daily', by: 'price' }],
    },
    basicAuth: { realm: 'r'.repeat(64) },
    customDomain: { ...customDomain, domainName },
  };
};

/** The template of a stack with the gateway and a `WebSocketAuthorizer`. */
const withAuthorizer = (count: number): Template => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-accounts-'));
  try {
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      treeMetadata: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    const stage = resolveStage(stageName, options(count));
    const stack = new GatewayStack(app, stackName(stageName), { stage });
    everyHandler(stack);
    new WebSocketAuthorizer(stack, 'VoiceAuthorizer', {
      accountSecrets: stack.accountSecrets,
      webSocketUrl: `wss://${domainName}/${stageName}`,
    });
    const path = app.synth().getStackArtifact(stack.artifactId).templateFullPath;
    return JSON.parse(readFileSync(path, 'utf8')) as Template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

const bytesOf = (variables: unknown): number =>
  Object.entries(variables as Readonly<Record<string, unknown>>).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
    0,
  );

/** The environments, policies, outputs and secrets of a template, with generated names as long as AWS makes them. */
const measure = (template: Template) => {
  const resolve = physicalResolver(template, stackName(stageName));
  const variables = Object.fromEntries(
    resources(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => [
      id.replace(/Function[0-9A-F]{8}$/, ''),
      resolve(at(Properties, 'Environment', 'Variables')) as Readonly<Record<string, string>>,
    ]),
  );
  const policies: Record<string, number> = {};
  for (const [, { Properties }] of resources(template, 'AWS::IAM::Policy')) {
    const role = String(at(Properties['Roles'], 0, 'Ref'));
    policies[role] = (policies[role] ?? 0) + JSON.stringify(resolve(Properties['PolicyDocument'])).length;
  }
  const outputs = Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value, Description }]) => [
      name,
      { value: String(resolve(Value)), description: Description },
    ]),
  );
  const secrets = resources(template, 'AWS::SecretsManager::Secret')
    .filter(([id]) => id.startsWith('AccountSecrets'))
    .map(([id]) => String(resolve({ Ref: id })));
  return { variables, policies, outputs, secrets };
};

describe('a stage with every option and 60 accounts with the longest names', () => {
  const template = withAuthorizer(60);
  const { variables, policies, outputs, secrets } = measure(template);

  test('gives every function an environment that Lambda accepts', () => {
    expect(Object.keys(variables).sort()).toEqual([
      'Breaker',
      'Canary',
      'Consumer',
      'EventsDeliveryHandler',
      'EventsEventTopicPublisher',
      'EventsRepliesHandler',
      'FallbackLaneVerifier',
      'FallbackRegionDrain',
      'Ingress',
      'ReconciliationReconciler',
      'ReplyWithHandler',
      'VoiceAuthorizer',
    ]);
    const sizes = Object.entries(variables).map(([name, of]) => ({ name, bytes: bytesOf(of) }));
    expect(sizes.filter(({ bytes }) => bytes > maxEnvironmentBytes)).toEqual([]);
  });

  test('gives every role policies that IAM accepts', () => {
    expect(Object.keys(policies)).toHaveLength(13);
    expect(Object.entries(policies).filter(([, bytes]) => bytes > maxRolePolicyBytes)).toEqual([]);
    // The CDK would create them for a default policy that is too long.
    expect(resources(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  test('has outputs that CloudFormation accepts, in length and number', () => {
    const long = Object.entries(outputs).filter(
      ([, { value, description }]) => Math.max(value.length, description.length) >= maxOutputBytes,
    );
    expect(long).toEqual([]);
    expect(Object.keys(outputs).length).toBeLessThanOrEqual(200);
    expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
  });

  test.each(['Ingress', 'VoiceAuthorizer'])('gives %s the ARN of each secret', (name) => {
    expect(secrets).toHaveLength(60);
    expect(readSecretArns(variables[name]?.['ACCOUNT_SECRET_ARNS'] ?? '')).toEqual(secrets);
  });

  test('gives the CLI the ARN of each secret', () => {
    expect(readAccountSecretArns((name) => outputs[name]?.value)).toEqual(secrets);
  });

  test('needs no more besides the accounts than accounts.ts reserves', () => {
    const environment = variables['Ingress'] ?? {};
    const list = environment['ACCOUNT_SECRET_ARNS'] ?? '';
    expect(bytesOf(environment) - list.length).toBeLessThanOrEqual(otherEnvironmentBytes);
    const [, ingress = Infinity] = Object.entries(policies).find(([role]) => role.startsWith('Ingress')) ?? [];
    const ofSecrets = secrets.reduce((sum, arn) => sum + arn.length + 3, 0);
    expect(ingress - ofSecrets).toBeLessThanOrEqual(otherPolicyBytes);
  });
});

test.each([1, 7, 8, 20])('a stage with %i accounts gives ingress and the CLI the ARN of each secret', (count) => {
  const { template } = synthesizeTemplate('dev', { accounts: accountsOf(count) });
  const { variables, outputs, secrets } = measure(template);
  expect(secrets).toHaveLength(count);
  expect(readSecretArns(variables['Ingress']?.['ACCOUNT_SECRET_ARNS'] ?? '')).toEqual(secrets);
  expect(readAccountSecretArns((name) => outputs[name]?.value)).toEqual(secrets);
});

describe('a stage with 60 accounts', () => {
  const synthesized = synthesizeTemplate('prod', options(60), everyHandler);

  test.each(checkNames)('%s', (name) => {
    expect(checks[name](synthesized)).toEqual([]);
  });
});

test('rejects at synthesis more accounts than AWS would accept in a deployment', () => {
  expect(() => resolveStage('dev', { accounts: accountsOf(64) })).toThrow(
    /accounts has 64 names, which need [\d]+ bytes of ingress's environment, where [\d]+ are left/,
  );
  const short = Array.from({ length: 90 }, (_, at) => `a${at}`);
  expect(() => resolveStage('dev', { accounts: short })).toThrow(
    /accounts has 90 names, which need [\d]+ bytes of ingress's policy, where [\d]+ are left/,
  );
  expect(list(resolveStage('dev', { accounts: short.slice(0, 60) }).accounts)).toHaveLength(60);
});
