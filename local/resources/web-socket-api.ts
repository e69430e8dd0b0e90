import type { LocalFunction } from '../functions/function-pool';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf, type Properties } from '../template/properties';
import {
  readResource,
  readResources,
  resourcesOfType,
  UnsupportedTemplateError,
  type SupportedType,
  type Template,
} from '../template/template';
import type { AuthorizerDefinition, IdentitySource } from '../web-socket-api/authorize';
import { webSocketRouteKeys, type WebSocketRouteKey } from '../web-socket-api/route-keys';

export interface WebSocketApiDefinition {
  readonly apiId: string;
  readonly stage: string;
  readonly authorizer: AuthorizerDefinition | undefined;
  readonly routes: ReadonlyMap<WebSocketRouteKey, LocalFunction>;
}

/** Logical ids of the template's WebSocket APIs. */
export const webSocketApiIds = (template: Template): readonly string[] =>
  resourcesOfType(template, 'AWS::ApiGatewayV2::Api').flatMap(([logicalId, properties]) =>
    properties['ProtocolType'] === 'WEBSOCKET' ? [logicalId] : [],
  );

/** The WebSocket API of a template, if any. @throws UnsupportedTemplateError naming what is not supported */
export const readWebSocketApi = (
  template: Template,
  resolve: Resolve,
  functions: readonly LocalFunction[],
): WebSocketApiDefinition | undefined => {
  const [apiId, ...furtherApis] = webSocketApiIds(template);
  if (apiId === undefined) return undefined;
  const own = (type: SupportedType) =>
    readResources(template, type, (logicalId, raw) => ({
      logicalId,
      properties: propertiesOf(logicalId, resolve(raw)),
    })).filter(({ properties }) => properties.value('ApiId') === apiId);
  const [stage, ...furtherStages] = own('AWS::ApiGatewayV2::Stage');
  if (stage === undefined || furtherStages.length > 0 || furtherApis.length > 0) {
    const error = new UnsupportedTemplateError('The local gateway supports one WebSocket API with one stage.');
    error.resource = apiId;
    throw error;
  }
  const stageName = stage.properties.text('StageName');
  stage.properties.only('AccessLogSettings', 'AutoDeploy', 'DefaultRouteSettings', 'Tags');

  const functionOf = (logicalId: string, uri: string): LocalFunction => {
    const target = functions.find(({ arn }) => uri.includes(`${arn}/`));
    if (target !== undefined) return target;
    throw new UnsupportedTemplateError(`${logicalId} does not call a function of the template.`);
  };
  const integrations = new Map(
    own('AWS::ApiGatewayV2::Integration').map(({ logicalId, properties }) =>
      readResource(logicalId, () => {
        if (properties.text('IntegrationType') !== 'AWS_PROXY') {
          throw new UnsupportedTemplateError(`${logicalId}: only AWS_PROXY is supported for a WebSocket API.`);
        }
        const target = functionOf(logicalId, properties.text('IntegrationUri'));
        properties.only('Description', 'IntegrationMethod');
        return [logicalId, target] as const;
      }),
    ),
  );
  const authorizers = new Map(
    own('AWS::ApiGatewayV2::Authorizer').map(({ logicalId, properties }) =>
      readResource(logicalId, () => {
        if (properties.text('AuthorizerType') !== 'REQUEST') {
          throw new UnsupportedTemplateError(`${logicalId}: only REQUEST authorizers are supported.`);
        }
        const target = functionOf(logicalId, properties.text('AuthorizerUri'));
        const sources = [properties.value('IdentitySource') ?? []].flat();
        properties.only('Name');
        return [
          logicalId,
          { target, identitySources: sources.map((source) => identitySource(logicalId, source)) },
        ] as const;
      }),
    ),
  );

  let authorizer: AuthorizerDefinition | undefined;
  const routes = new Map<WebSocketRouteKey, LocalFunction>();
  const readRoute = (logicalId: string, properties: Properties): void => {
    const text = properties.text('RouteKey');
    const routeKey = webSocketRouteKeys.find((known) => known === text);
    if (routeKey === undefined) {
      throw new UnsupportedTemplateError(
        `${logicalId}: only ${webSocketRouteKeys.join(', ')} are supported, not ${text}.`,
      );
    }
    const target = properties.optionalText('Target');
    const integration = integrations.get(target?.replace(/^integrations\//, '') ?? '');
    if (target !== undefined && integration === undefined) {
      throw new UnsupportedTemplateError(`${logicalId} has no known integration.`);
    }
    if (integration !== undefined) routes.set(routeKey, integration);
    const type = properties.optionalText('AuthorizationType') ?? 'NONE';
    const authorizerId = properties.optionalText('AuthorizerId');
    const found = authorizers.get(authorizerId ?? '');
    // API Gateway calls an authorizer on $connect only.
    if (type !== 'NONE' && (type !== 'CUSTOM' || found === undefined || routeKey !== '$connect')) {
      throw new UnsupportedTemplateError(
        `${logicalId}: authorization ${type} is not supported on ${routeKey}, only CUSTOM with a known ` +
          'authorizer on $connect.',
      );
    }
    if (type === 'CUSTOM') authorizer = found;
    properties.only();
  };
  for (const { logicalId, properties } of own('AWS::ApiGatewayV2::Route')) {
    readResource(logicalId, () => readRoute(logicalId, properties));
  }
  return { apiId, stage: stageName, authorizer, routes };
};

const identitySource = (logicalId: string, source: unknown): IdentitySource => {
  const [, place, name] = /^route\.request\.(header|querystring)\.([\w.-]+)$/.exec(String(source)) ?? [];
  if (name !== undefined) return { in: place === 'header' ? 'header' : 'querystring', name };
  throw new UnsupportedTemplateError(
    `${logicalId}: the identity source ${String(source)} is not supported, only route.request.header.* and ` +
      'route.request.querystring.*',
  );
};
