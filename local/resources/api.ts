import type { HttpApiConfiguration } from '../http-api/http-api';
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
import { webSocketApiIds } from './web-socket-api';

export type ApiDefinition = Pick<HttpApiConfiguration, 'routes' | 'throttle' | 'accessLogFormat'> & {
  readonly stage: string;
};

/** The one HTTP API of a template: its stage, routes and integrations. */
export const readApi = (template: Template, resolve: Resolve, functions: readonly LocalFunction[]): ApiDefinition => {
  const [stage, ...furtherStages] = httpApiResources(template, resolve, 'AWS::ApiGatewayV2::Stage');
  if (stage === undefined || furtherStages.length > 0) {
    throw new UnsupportedTemplateError('The local gateway serves one HTTP API with one stage.');
  }
  const stageProperties = propertiesOf(stage[0], resolve(stage[1]));
  const settings = stageProperties.object('DefaultRouteSettings');
  const accessLogFormat = stageProperties.object('AccessLogSettings')['Format'];
  const stageName = stageProperties.text('StageName');
  stageProperties.only('ApiId', 'AutoDeploy', 'Tags');

  const integrations = readIntegrations(template, resolve, functions);
  const routes = new Map<string, { readonly target: LocalFunction; readonly timeoutMs: number }>();
  const readRoute = (logicalId: string, raw: Readonly<Record<string, unknown>>): void => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const routeKey = properties.text('RouteKey');
    if (!/^[A-Z]+ \/[A-Za-z0-9/_-]+$/.test(routeKey)) {
      throw new UnsupportedTemplateError(`${logicalId}: only literal routes are supported, not ${routeKey}.`);
    }
    const target = integrations.get(properties.text('Target').replace(/^integrations\//, ''));
    if (target === undefined) throw new UnsupportedTemplateError(`${logicalId} has no known integration.`);
    properties.only('ApiId', 'AuthorizationType');
    routes.set(routeKey, target);
  };
  for (const [logicalId, raw] of httpApiResources(template, resolve, 'AWS::ApiGatewayV2::Route')) {
    readResource(logicalId, () => readRoute(logicalId, raw));
  }

  return {
    stage: stageName,
    routes,
    ...(typeof settings['ThrottlingRateLimit'] === 'number' && typeof settings['ThrottlingBurstLimit'] === 'number'
      ? {
          throttle: {
            rateLimit: settings['ThrottlingRateLimit'],
            burstLimit: settings['ThrottlingBurstLimit'],
          },
        }
      : {}),
    ...(typeof accessLogFormat === 'string' ? { accessLogFormat } : {}),
  };
};

/** Resources of the HTTP API; `web-socket-api.ts` reads those of a WebSocket API. */
const httpApiResources = (template: Template, resolve: Resolve, type: SupportedType) =>
  resourcesOfType(template, type).filter(
    ([, { ApiId }]) => !webSocketApiIds(template).some((id) => id === resolve(ApiId)),
  );

const readIntegrations = (
  template: Template,
  resolve: Resolve,
  functions: readonly LocalFunction[],
): ReadonlyMap<string, { readonly target: LocalFunction; readonly timeoutMs: number }> =>
  new Map(
    httpApiResources(template, resolve, 'AWS::ApiGatewayV2::Integration').map(([logicalId, raw]) =>
      readResource(logicalId, () => {
        const properties = propertiesOf(logicalId, resolve(raw));
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
