import { Duration, Stack } from 'aws-cdk-lib';
import {
  ApiMapping,
  CfnRoute,
  CfnStage,
  HttpApi,
  HttpIntegration,
  HttpIntegrationType,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
  type IDomainName,
  type IHttpApi,
  type IHttpStage,
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
import { apiNameOf } from '../gateway/gateways';
import { claim } from '../existing/claims';
import { CustomDomain } from './custom-domain';
import type { ExistingHttpApi } from '../existing/existing-http-api';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';
import type { Throttle } from '../stage/throttle';

/** A domain name of yours, mapped to the gateway's HTTP API. */
export interface DomainMapping {
  readonly domainName: IDomainName;
  /** The path below the domain name. Undefined: the gateway has the whole domain name. */
  readonly mappingKey: string | undefined;
}

export interface WebhookApiProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  /** An HTTP API of yours, which is used instead of a new one. */
  readonly existing: ExistingHttpApi | undefined;
  /** A domain name of yours. */
  readonly domainMapping: DomainMapping | undefined;
}

/**
 * Fields of the access log: what ingress does not log, and what a request has that never reaches ingress. API Gateway
 * does not escape values, so a path, a query or a user agent with a quote would let a caller forge a log line. API
 * Gateway sets the values of all these fields itself. The query can also contain personal data.
 */
export const accessLogFields = {
  requestId: '$context.requestId',
  stage: '$context.stage',
  routeKey: '$context.routeKey',
  status: '$context.status',
  integrationStatus: '$context.integrationStatus',
  responseLatencyMs: '$context.responseLatency',
  sourceIp: '$context.identity.sourceIp',
};

/** An HTTP API has one metric for all 4xx, so metric filters count these statuses in the access log. */
const metricOfStatus = { '404': 'FrontDoorMisdirected', '429': 'FrontDoorThrottled' } as const;

/** Longer than the function's timeout, so that a late response is counted as the function's error. */
const integrationTimeout = Duration.seconds(9);

/** Requests that never reach ingress. */
export interface AccessLogMetrics {
  /** Requests that API Gateway throttled (429). */
  readonly throttled: Metric;
  /** Requests with an unknown path below the stage, which API Gateway answers 404. */
  readonly misdirected: Metric;
}

/** The HTTP API: one named stage and four literal routes. */
export class WebhookApi extends Construct {
  readonly api: IHttpApi;
  readonly httpStage: IHttpStage;
  /**
   * The part of the signed URL before the route, without a trailing slash: scheme, host and, if it has one, the stage.
   */
  readonly baseUrl: string;
  /** The only host name that accepts requests. Undefined: the gateway does not check it. */
  readonly hostName: string | undefined;
  /** The DNS name that the custom domain's record must point to. */
  readonly customDomainTarget: string | undefined;
  /** Undefined for an API of yours, whose access log is yours. */
  readonly accessLogMetrics: AccessLogMetrics | undefined;

  constructor(scope: Construct, id: string, props: WebhookApiProps) {
    super(scope, id);
    const { stage, existing, domainMapping } = props;
    if (existing !== undefined) {
      const { stageName, api } = existing.stage;
      claim(this, api, api.apiId, 'this HTTP API as well, which can have each route once');
      this.api = api;
      this.httpStage = existing.stage;
      this.baseUrl = existing.url ?? `${api.apiEndpoint}${stageName === '$default' ? '' : `/${stageName}`}`;
      return;
    }
    const options = stage.customDomain;
    const isDefaultEndpoint = options === undefined && domainMapping === undefined;
    const api = new HttpApi(this, 'Api', {
      apiName: apiNameOf(this),
      description: `Twilio webhooks, stage ${stage.name}`,
      createDefaultStage: false,
      // Twilio signs URLs of the custom domain, so requests for the default endpoint could not be verified.
      ...(isDefaultEndpoint ? {} : { disableExecuteApiEndpoint: true }),
    });
    const accessLog = this.createAccessLog(props);
    const httpStage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: stage.name,
      autoDeploy: true,
      throttle: { ...stage.throttle },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    this.api = api as IHttpApi; // The CDK is not compiled with exact optional properties.
    this.httpStage = httpStage;
    this.accessLogMetrics = {
      throttled: this.countOf('Throttled', '429', accessLog, stage),
      misdirected: this.countOf('Misdirected', '404', accessLog, stage),
    };
    if (options !== undefined) {
      this.customDomainTarget = new CustomDomain(this, 'CustomDomain', { options, api, httpStage }).target;
      this.hostName = options.domainName;
      this.baseUrl = `https://${this.hostName}`;
    } else if (domainMapping !== undefined) {
      const { domainName, mappingKey } = domainMapping;
      const apiMappingKey = mappingKey === undefined ? {} : { apiMappingKey: mappingKey };
      new ApiMapping(this, 'Mapping', { api, domainName, stage: httpStage, ...apiMappingKey });
      this.hostName = domainName.name;
      this.baseUrl = `https://${this.hostName}${mappingKey === undefined ? '' : `/${mappingKey}`}`;
    } else {
      this.baseUrl = `${api.apiEndpoint}/${stage.name}`;
    }
  }

  private createAccessLog({ stage, encryptionKey }: WebhookApiProps): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      ...(encryptionKey && { encryptionKey }),
      retention: stage.logRetention,
      removalPolicy: keptInProduction(stage),
    });
  }

  private countOf(id: string, status: keyof typeof metricOfStatus, logGroup: LogGroup, stage: Stage): Metric {
    return new MetricFilter(this, id, {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.status', '=', status),
      metricNamespace,
      metricName: metricOfStatus[status],
      metricValue: '1',
      dimensions: { [stageDimension]: '$.stage' },
    }).metric({ statistic: 'Sum', dimensionsMap: { [stageDimension]: stage.name } });
  }

  /** Limits one route. An API of yours has your limits. */
  limit(route: CfnRoute, routeKey: string, { rateLimit, burstLimit }: Throttle): void {
    const stage = this.httpStage.node.defaultChild;
    if (!(stage instanceof CfnStage)) return;
    stage.routeSettings = {
      [routeKey]: { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
    };
    // CloudFormation refuses settings of a route that does not exist yet.
    stage.addResourceDependency(route);
  }

  /** Adds the webhook routes, and allows API Gateway to invoke the function from these routes only. */
  route(target: Function): void {
    const integration = new HttpIntegration(this, 'Integration', {
      httpApi: this.api,
      integrationType: HttpIntegrationType.AWS_PROXY,
      integrationUri: target.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      timeout: integrationTimeout,
    });
    for (const name of routeNames) {
      // ANY, so that the function can answer 405 with `Allow`: API Gateway would answer 404.
      new CfnRoute(this, `Route-${name}`, {
        apiId: this.api.apiId,
        routeKey: `ANY /${name}`,
        target: `integrations/${integration.integrationId}`,
        authorizationType: 'NONE',
      });
      // The CDK's Lambda integration would allow every stage of the API.
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
