import { Duration, Stack } from 'aws-cdk-lib';
import {
  CfnRoute,
  HttpApi,
  HttpIntegration,
  HttpIntegrationType,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { metricNamespace, stageDimension } from '../../lambda/shared/contract/metric-names';
import { routeNames } from '../../lambda/shared/contract/routes';
import { CustomDomain } from './custom-domain';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface WebhookApiProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: AWS's key is used. */
  readonly encryptionKey: IKey | undefined;
}

/**
 * The access log's fields: all of API Gateway's own making, none that a caller can fill with a quote. API Gateway does not escape
 * values, so path, query and user agent would let anybody forge a log line. The query can hold a person's data besides.
 */
const accessLogFields = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  stage: '$context.stage',
  routeKey: '$context.routeKey',
  httpMethod: '$context.httpMethod',
  status: '$context.status',
  responseType: '$context.error.responseType',
  integrationStatus: '$context.integrationStatus',
  integrationLatencyMs: '$context.integrationLatency',
  responseLatencyMs: '$context.responseLatency',
  responseLength: '$context.responseLength',
  sourceIp: '$context.identity.sourceIp',
};

/** HTTP APIs count 4xx in one sum: the access log is where those of the gateway's own can be told apart. */
const metricOfStatus = { '404': 'FrontDoorMisdirected', '429': 'FrontDoorThrottled' } as const;

/** Above the function's own timeout, so that a late answer is the function's error and not a gateway's guess. */
const integrationTimeout = Duration.seconds(9);

/** The HTTP API: one named stage, four literal routes, nothing else. */
export class WebhookApi extends Construct {
  readonly api: HttpApi;
  readonly httpStage: HttpStage;
  /** What Twilio calls and signs before the route, no trailing slash: scheme, host and stage, or the custom domain alone. */
  readonly baseUrl: string;
  /** Where a record of the custom domain must point to. */
  readonly customDomainTarget: string | undefined;
  /** Requests answered 429 by the gateway itself. */
  readonly throttled: Metric;
  /** Requests for a path that is no route, answered 404 by the gateway itself. */
  readonly misdirected: Metric;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: WebhookApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: `Twilio webhooks, stage ${stage.name}`,
      createDefaultStage: false,
      // One way in: what comes by the other name is not signed over this one.
      ...(stage.customDomain === undefined ? {} : { disableExecuteApiEndpoint: true }),
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      ...(encryptionKey && { encryptionKey }),
      retention: stage.logRetention,
      removalPolicy: keptInProduction(stage),
    });
    this.httpStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: stage.name,
      autoDeploy: true,
      throttle: { ...stage.throttle },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    const countOf = (id: string, status: keyof typeof metricOfStatus): Metric =>
      new MetricFilter(this, id, {
        logGroup: accessLog,
        filterPattern: FilterPattern.stringValue('$.status', '=', status),
        metricNamespace,
        metricName: metricOfStatus[status],
        metricValue: '1',
        dimensions: { [stageDimension]: '$.stage' },
      }).metric({ statistic: 'Sum', dimensionsMap: { [stageDimension]: stage.name } });
    this.throttled = countOf('Throttled', '429');
    this.misdirected = countOf('Misdirected', '404');
    const { api, httpStage } = this;
    const options = stage.customDomain;
    this.customDomainTarget =
      options && new CustomDomain(this, 'CustomDomain', { options, api, httpStage }).target;
    this.baseUrl = options ? `https://${options.domainName}` : `${api.apiEndpoint}/${stage.name}`;
  }

  /** Sends every webhook route to the function, and lets the gateway call it from these routes only. */
  route(target: Function): void {
    const integration = new HttpIntegration(this, 'Integration', {
      httpApi: this.api,
      integrationType: HttpIntegrationType.AWS_PROXY,
      integrationUri: target.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      timeout: integrationTimeout,
    });
    for (const name of routeNames) {
      // ANY, so that the function can answer 405 with Allow: the gateway itself would say 404.
      new CfnRoute(this, `Route-${name}`, {
        apiId: this.api.apiId,
        routeKey: `ANY /${name}`,
        target: `integrations/${integration.integrationId}`,
        authorizationType: 'NONE',
      });
      // CDK's own integration would allow every stage of the API.
      target.addPermission(`Invoke-${name}`, {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        scope: this,
        sourceArn: Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.api.apiId,
          resourceName: `${this.httpStage.stageName}/*/${name}`,
        }),
      });
    }
  }
}
