import { readWebSocketApi } from '../../../local/resources/web-socket-api';
import type { Resolve } from '../../../local/template/intrinsics';
import { UnsupportedTemplateError, type Template } from '../../../local/template/template';
import { fakeFunction } from './fake-function';

/** The properties here have no intrinsics. */
const resolve: Resolve = (value) => value;
const target = fakeFunction(() => Promise.resolve({ kind: 'ok', payload: null }));
const uri = `arn:aws:apigateway:path/functions/${target.arn}/invocations`;
const type = (name: string) => `AWS::ApiGatewayV2::${name}`;

const api = (
  changes: {
    readonly route?: object;
    readonly integration?: object;
    readonly stage?: object;
    readonly authorizer?: object;
  } = {},
): Template => ({
  Resources: {
    Voice: { Type: type('Api'), Properties: { ProtocolType: 'WEBSOCKET', Name: 'Voice' } },
    Webhooks: { Type: type('Api'), Properties: { ProtocolType: 'HTTP', Name: 'Webhooks' } },
    Other: { Type: type('Stage'), Properties: { ApiId: 'Webhooks', StageName: 'dev' } },
    Stage: { Type: type('Stage'), Properties: { ApiId: 'Voice', StageName: 'voice', ...changes.stage } },
    Authorizer: {
      Type: type('Authorizer'),
      Properties: {
        ApiId: 'Voice',
        Name: 'Twilio',
        AuthorizerType: 'REQUEST',
        AuthorizerUri: uri,
        IdentitySource: ['route.request.header.x-twilio-signature'],
        ...changes.authorizer,
      },
    },
    Route: {
      Type: type('Route'),
      Properties: {
        ApiId: 'Voice',
        RouteKey: '$connect',
        AuthorizationType: 'CUSTOM',
        AuthorizerId: 'Authorizer',
        Target: 'integrations/Integration',
        ...changes.route,
      },
    },
    Integration: {
      Type: type('Integration'),
      Properties: {
        ApiId: 'Voice',
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: uri,
        ...changes.integration,
      },
    },
  },
});

test('a WebSocket API has its stage, its authorizer and the functions behind it', () => {
  expect(readWebSocketApi(api(), resolve, [target])).toEqual({
    apiId: 'Voice',
    stage: 'voice',
    authorizer: { target, identitySources: [{ in: 'header', name: 'x-twilio-signature' }] },
    routes: new Map([['$connect', target]]),
  });
});

test('a template may have none', () => {
  expect(readWebSocketApi({ Resources: {} }, resolve, [target])).toBeUndefined();
});

test.each<[string, Parameters<typeof api>[0], string]>([
  ['a route of its own', { route: { RouteKey: 'media' } }, 'only $connect, $default, $disconnect'],
  ['a route to no integration', { route: { Target: 'integrations/Lost' } }, 'no known integration'],
  ['IAM authorization', { route: { AuthorizationType: 'AWS_IAM' } }, 'authorization AWS_IAM'],
  ['an authorizer that is not there', { route: { AuthorizerId: 'Lost' } }, 'only CUSTOM with a known'],
  ['an authorizer on $default', { route: { RouteKey: '$default' } }, 'on $connect'],
  ['route responses', { route: { RouteResponseSelectionExpression: '$default' } }, 'RouteResponseSelection'],
  ['a mock integration', { integration: { IntegrationType: 'MOCK' } }, 'only AWS_PROXY'],
  ['an integration of no function', { integration: { IntegrationUri: 'arn:other' } }, 'does not call a function'],
  ['a JWT authorizer', { authorizer: { AuthorizerType: 'JWT' } }, 'only REQUEST authorizers'],
  ['another identity source', { authorizer: { IdentitySource: ['context.stage'] } }, 'context.stage is not supported'],
  ['stage variables', { stage: { StageVariables: {} } }, 'Stage.StageVariables'],
  ['no stage', { stage: { ApiId: 'Webhooks' } }, 'one WebSocket API with one stage'],
])('rejects %s', (_what, changes, message) => {
  expect(() => readWebSocketApi(api(changes), resolve, [target])).toThrow(UnsupportedTemplateError);
  expect(() => readWebSocketApi(api(changes), resolve, [target])).toThrow(message);
});
