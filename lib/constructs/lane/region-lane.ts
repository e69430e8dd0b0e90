import { Duration, Names, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  fallbackRoute,
  maxRegionMessageBytes,
  regionAttributes,
  regionRetentionDays,
} from '../../../lambda/shared/contract/fallback-lane';
import type { FallbackLaneSettings } from '../../stage/lane/fallback-options';
import { keptInProduction } from '../../stage/removal-policy';
import type { Stage } from '../../stage/resolve-stage';
import { accessLogFields } from '../webhook-api';
import { addLaneRoute } from './lane-route';

export interface RegionLaneProps {
  readonly stage: Stage;
  readonly fallbackLane: FallbackLaneSettings;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const maxQueueNameLength = 80;

/**
 * A fallback lane without any function: an HTTP API whose only route leads to a queue. The home region takes the
 * messages from there. It shares nothing with the home region but its name, so it works while that region fails.
 */
export class RegionLane extends Construct {
  /** For Twilio, which signs it. */
  readonly url: string;
  /** Known before the deployment, so that the stack of the home region needs no reference to this one. */
  readonly queueName: string;

  constructor(scope: Construct, id: string, { stage, fallbackLane }: RegionLaneProps) {
    super(scope, id);
    this.queueName = Names.uniqueResourceName(this, {
      maxLength: maxQueueNameLength,
      separator: '-',
      allowedSpecialCharacters: '-',
    });
    const queue = new Queue(this, 'Queue', {
      queueName: this.queueName,
      removalPolicy: keptInProduction(stage),
      enforceSSL: true,
      // A key of the stage is in the home region, and a call there can fail.
      encryption: QueueEncryption.SQS_MANAGED,
      maxMessageSizeBytes: maxRegionMessageBytes,
      // The maximum: messages wait here while the home region fails.
      retentionPeriod: Duration.days(regionRetentionDays),
      // Longer than a run of the function that takes them.
      visibilityTimeout: Duration.minutes(2),
    });
    const api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: `Fallback lane of Twilio webhooks, stage ${stage.name}`,
      createDefaultStage: false,
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: stage.logRetention,
      removalPolicy: keptInProduction(stage),
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: stage.name,
      autoDeploy: true,
      throttle: { rateLimit: fallbackLane.rateLimit, burstLimit: fallbackLane.burstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    addLaneRoute(this, {
      stage,
      apiId: api.apiId,
      queue,
      encryptionKey: undefined,
      moreAttributes: { [regionAttributes.apiId]: 'context.apiId' },
    });
    this.url = `${api.apiEndpoint}/${stage.name}/${fallbackRoute}`;
  }
}
