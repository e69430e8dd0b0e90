import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { WebSocketAuthorizer } from '../../lib/constructs/web-socket-authorizer';
import { at, list, logicalId, resources, type Template } from './checks/template';

/** The gateway's stack with a WebSocket API, as in docs/websockets.md. */
const withWebSocket = (outdir: string) => {
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  });
  const stage = resolveStage('dev', { accounts: ['main', 'second'] });
  const stack = new GatewayStack(app, stackName('dev'), { stage });
  const api = new WebSocketApi(stack, 'Voice');
  new WebSocketStage(stack, 'VoiceStage', { webSocketApi: api, stageName: 'dev', autoDeploy: true });
  const authorizer = new WebSocketAuthorizer(stack, 'VoiceAuthorizer', {
    accountSecrets: stack.accountSecrets,
    webSocketUrl: `${api.apiEndpoint}/dev`,
  });
  const connect = new Function(stack, 'Connect', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  });
  api.addRoute('$connect', { authorizer, integration: new WebSocketLambdaIntegration('Connect', connect) });
  return { app, stack };
};

describe('the authorizer of a WebSocket API', () => {
  let template: Template;

  beforeAll(() => {
    const outdir = mkdtempSync(join(tmpdir(), 'gateway-websocket-'));
    try {
      const { app, stack } = withWebSocket(outdir);
      const path = app.synth().getStackArtifact(stack.artifactId).templateFullPath;
      template = JSON.parse(readFileSync(path, 'utf8')) as Template;
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
  const only = (type: string) => {
    const [found, ...more] = resources(template, type);
    if (found === undefined || more.length > 0) throw new Error(`not one ${type}`);
    return found[1].Properties;
  };

  test('authorizes the connect route, whatever the headers of the request are', () => {
    const [authorizerId] = resources(template, 'AWS::ApiGatewayV2::Authorizer')[0] ?? [];
    const { AuthorizerType, IdentitySource } = only('AWS::ApiGatewayV2::Authorizer');
    expect({ AuthorizerType, sources: list(IdentitySource) }).toEqual({
      AuthorizerType: 'REQUEST',
      sources: [],
    });
    const route = resources(template, 'AWS::ApiGatewayV2::Route').find(
      ([, { Properties }]) => Properties['RouteKey'] === '$connect',
    );
    expect(route?.[1].Properties).toMatchObject({
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizerId },
    });
  });

  test('may only write its log and read the account secrets', () => {
    const statements = resources(template, 'AWS::IAM::Policy')
      .filter(([id]) => id.startsWith('VoiceAuthorizer'))
      .flatMap(([, { Properties }]) => list(at(Properties, 'PolicyDocument', 'Statement')));
    expect(statements.map((statement) => at(statement, 'Action'))).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    ]);
    const secrets = resources(template, 'AWS::SecretsManager::Secret').map(([id]) => ({ Ref: id }));
    expect(secrets).toHaveLength(2);
    expect(at(statements[1], 'Resource')).toEqual(secrets);
    expect(JSON.stringify(resources(template, 'AWS::IAM::Role').map(([, role]) => role))).not.toContain(
      'AmazonSecretsManager',
    );
  });

  test('can be invoked only by this API, as its authorizer', () => {
    const permissions = resources(template, 'AWS::Lambda::Permission').filter(([id]) => id.includes('VoiceAuthorizer'));
    expect(permissions).toHaveLength(1);
    expect(JSON.stringify(permissions[0]?.[1].Properties['SourceArn'])).toContain('/authorizers/');
  });

  test('has the URL that Twilio signs, and a log group with a retention', () => {
    const authorizer = template.Resources[logicalId(template, 'AWS::Lambda::Function', 'VoiceAuthorizer')];
    const api = logicalId(template, 'AWS::ApiGatewayV2::Api', 'Voice');
    expect(at(authorizer, 'Properties', 'Environment', 'Variables')).toMatchObject({
      STAGE_NAME: 'dev',
      WEB_SOCKET_URL: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [api, 'ApiEndpoint'] }, '/dev']] },
      SECRET_TTL_SECONDS: '300',
    });
    const log = template.Resources[logicalId(template, 'AWS::Logs::LogGroup', 'VoiceAuthorizer')];
    expect(at(log, 'Properties', 'RetentionInDays')).toBe(90);
  });

  test('is not part of the gateway stack', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'gateway-websocket-'));
    try {
      const app = new App({ outdir, treeMetadata: false, context: { 'aws:cdk:bundling-stacks': [] } });
      const stack = new GatewayStack(app, stackName('dev'), { stage: resolveStage('dev', {}) });
      const path = app.synth().getStackArtifact(stack.artifactId).templateFullPath;
      expect(readFileSync(path, 'utf8')).not.toMatch(/WebSocket|AWS::ApiGatewayV2::Authorizer/i);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
});

test('has no findings of the rule packs', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-websocket-'));
  const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const { app } = withWebSocket(outdir);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app), new NIST80053R5Checks(app));
    // The WebSocket API of this test has findings.
    expect(() => app.synth()).toThrow();
    const report: unknown = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    const found = list(at(report, 'pluginReports'))
      .flatMap((plugin) => [...list(at(plugin, 'violations'))])
      .flatMap((violation) => [...list(at(violation, 'violatingConstructs'))])
      .map((construct) => String(at(construct, 'constructPath')));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((path) => path.includes('VoiceAuthorizer'))).toEqual([]);
  } finally {
    printed.mockRestore();
    rmSync(outdir, { recursive: true });
  }
}, 120_000);

test.each([
  'https://voice.example.com/dev',
  'ws://voice.example.com/dev',
  'wss://user:pass@voice.example.com/dev',
  'wss://voice.example.com/dev?a=1',
  'wss://voice.example.com/dev#rc=3',
  'voice.example.com',
])('rejects %s as its URL at synthesis', (webSocketUrl) => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-websocket-'));
  try {
    const { stack } = withWebSocket(outdir);
    expect(
      () =>
        new WebSocketAuthorizer(stack, 'Another', {
          accountSecrets: stack.accountSecrets,
          webSocketUrl,
        }),
    ).toThrow('webSocketUrl of Another is not a URL that Twilio can call and sign: give wss://host/path');
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
