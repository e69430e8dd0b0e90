import type { HttpApiConfiguration, HttpApiRoute } from '../http-api/http-api';
import type { LocalFunction } from '../functions/function-pool';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import {
  readResource,
  resourcesOfType,
  UnsupportedTemplateError,
  type SupportedType,
  type Template,
} from '../template/template';
import { readQueueIntegration } from './queue-integration';
import { webSocketApiIds } from './web-socket-api';

export type ApiDefinition = Pick<HttpApiConfiguration, 'routes' | 'throttle' | 'accessLogFormat'> & {
  readonly stage: string;
};

/** The ids of the HTTP APIs: of the gateway, and of its fallback lane in another region, which has no function. */
export const httpApiIds = (
  template: Template,
  resolve: Resolve,
): { readonly gateway: string; readonly lane?: string } => {
  const integrations = resourcesOfType(template, 'AWS::ApiGatewayV2::Integration');
  const isLane = (id: string): boolean => {
    const own = integrations.filter(([, { ApiId }]) => resolve(ApiId) === id);
    return own.length > 0 && own.every(([, { IntegrationSubtype }]) => IntegrationSubtype !== undefined);
  };
  const webSockets = webSocketApiIds(template);
  const ids = resourcesOfType(template, 'AWS::ApiGatewayV2::Api').flatMap(([id]) =>
    webSockets.includes(id) ? [] : [id],
  );
  const lane = ids.find(isLane);
  return { gateway: ids.find((id) => id !== lane) ?? '', ...(lane === undefined ? {} : { lane }) };
};

/**
 * An HTTP API of a template: its stage, routes and integrations.
 * @param isOwn whether an id is that of the API; by default of any HTTP API
 */
export const readApi = (
  template: Template,
  resolve: Resolve,
  functions: readonly LocalFunction[],
  isOwn: (apiId: unknown) => boolean = (apiId) => !webSocketApiIds(template).some((id) => id === apiId),
): ApiDefinition => {
  const ofApi = (type: SupportedType) =>
    resourcesOfType(template, type).filter(([, { ApiId }]) => isOwn(resolve(ApiId)));
  const [stage, ...furtherStages] = ofApi('AWS::ApiGatewayV2::Stage');
  if (stage === undefined || furtherStages.length > 0) {
    throw new UnsupportedTemplateError('The local gateway serves one HTTP API with one stage.');
  }
  const stageProperties = propertiesOf(stage[0], resolve(stage[1]));
  const throttle = throttleOf(stageProperties.object('DefaultRouteSettings'));
  const routeSettings = stageProperties.object('RouteSettings');
  const accessLogFormat = stageProperties.object('AccessLogSettings')['Format'];
  const stageName = stageProperties.text('StageName');
  stageProperties.only('ApiId', 'AutoDeploy', 'Tags');

  const integrations = readIntegrations(ofApi('AWS::ApiGatewayV2::Integration'), resolve, functions);
  const routes = new Map<string, HttpApiRoute>();
  const readRoute = (logicalId: string, raw: Readonly<Record<string, unknown>>): void => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const routeKey = properties.text('RouteKey');
    if (!/^[A-Z]+ \/[A-Za-z0-9/_-]+$/.test(routeKey)) {
      throw new UnsupportedTemplateError(`${logicalId}: only literal routes are supported, not ${routeKey}.`);
    }
    const target = integrations.get(properties.text('Target').replace(/^integrations\//, ''));
    if (target === undefined) throw new UnsupportedTemplateError(`${logicalId} has no known integration.`);
    properties.only('ApiId', 'AuthorizationType');
    const own = throttleOf(routeSettings[routeKey]);
    routes.set(routeKey, own === undefined ? target : { ...target, throttle: own });
  };
  for (const [logicalId, raw] of ofApi('AWS::ApiGatewayV2::Route')) {
    readResource(logicalId, () => readRoute(logicalId, raw));
  }

  return {
    stage: stageName,
    routes,
    ...(throttle === undefined ? {} : { throttle }),
    ...(typeof accessLogFormat === 'string' ? { accessLogFormat } : {}),
  };
};

const throttleOf = (settings: unknown): HttpApiConfiguration['throttle'] => {
  const { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit } = (settings ?? {}) as Record<
    string,
    unknown
  >;
  return typeof rateLimit === 'number' && typeof burstLimit === 'number' ? { rateLimit, burstLimit } : undefined;
};

const readIntegrations = (
  integrations: ReturnType<typeof resourcesOfType>,
  resolve: Resolve,
  functions: readonly LocalFunction[],
): ReadonlyMap<string, HttpApiRoute> =>
  new Map(
    integrations.map(([logicalId, raw]) =>
      readResource(logicalId, (): [string, HttpApiRoute] => {
        const properties = propertiesOf(logicalId, resolve(raw));
        const queue = readQueueIntegration(logicalId, properties);
        if (queue !== undefined) return [logicalId, { queue }];
        const uri = properties.text('IntegrationUri');
        const target = functions.find(({ arn }) => uri.includes(arn));
        if (target === undefined)
          throw new UnsupportedTemplateError(`${logicalId} does not call a function of the template.`);
        if (properties.text('IntegrationType') !== 'AWS_PROXY' || properties.text('PayloadFormatVersion') !== '2.0') {
          throw new UnsupportedTemplateError(`${logicalId}: only AWS_PROXY with payload format 2.0 is supported.`);
        }
        // API Gateway's default.
        const timeoutMs = properties.number('TimeoutInMillis', 30_000);
        properties.only('ApiId', 'IntegrationMethod', 'Description');
        return [logicalId, { target, timeoutMs }];
      }),
    ),
  );
