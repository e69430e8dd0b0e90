import { Duration } from 'aws-cdk-lib';
import { CfnIntegration, CfnRoute, HttpIntegrationSubtype, HttpIntegrationType } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FallbackEnvironment } from '../../../lambda/fallback/environment';
import {
  fallbackAttributes,
  fallbackRoute,
  maxFallbackMessageBytes,
} from '../../../lambda/shared/contract/fallback-lane';
import { GatewayFunction } from '../../functions/gateway-function';
import type { FallbackLaneSettings } from '../../stage/lane/fallback-options';
import type { Stage } from '../../stage/resolve-stage';
import type { AccountSecrets } from '../account-secrets';
import { EventQueue } from '../event-queue';
import { encryptDecryptActions, stageKeyUse } from '../key-policy';
import type { WebhookApi } from '../webhook-api';

export interface FallbackLaneProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly fallbackLane: FallbackLaneSettings;
  readonly webhookApi: WebhookApi;
  readonly accountSecrets: AccountSecrets;
  /** The queue of verified webhooks. */
  readonly eventQueue: Queue;
}

/** A batch of ten is verified and enqueued in less than a second, unless Secrets Manager or SQS hangs. */
const timeout = Duration.seconds(20);

/** `POST /fallback`. Twilio's fallback method must be POST: the integration can pass on a body, but no query. */
const routeKey = `POST /${fallbackRoute}`;

/**
 * Takes messages while ingress fails: API Gateway sends the requests of a route to a queue without any function. What
 * is on that queue is not trusted. A function verifies it, as ingress does, before it goes to the event queue.
 */
export class FallbackLane extends Construct {
  readonly function: Function;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  /** For Twilio, which signs it. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: FallbackLaneProps) {
    super(scope, id);
    const { stage, encryptionKey, webhookApi, accountSecrets, eventQueue } = props;
    const queues = new EventQueue(this, 'Queues', {
      stage,
      encryptionKey,
      consumerTimeout: timeout,
      name: 'Fallback',
      maxMessageSizeBytes: maxFallbackMessageBytes,
    });
    this.queue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    this.url = `${webhookApi.baseUrl}/${fallbackRoute}`;
    webhookApi.limit(this.createRoute(props), routeKey, props.fallbackLane);

    const environment: FallbackEnvironment = {
      STAGE_NAME: stage.name,
      FALLBACK_URL: this.url,
      EVENT_QUEUE_URL: eventQueue.queueUrl,
      ...accountSecrets.environment,
    };
    const verifier = new GatewayFunction(this, 'Verifier', {
      stage,
      encryptionKey,
      sendsToQueue: true,
      functionName: 'fallback',
      description: 'Verifies what came through the fallback lane, and enqueues what Twilio signed.',
      timeout,
      environment: { ...environment },
    });
    this.function = verifier.function;
    for (const statement of this.statements(eventQueue)) this.function.addToRolePolicy(statement);
    accountSecrets.allowReading(verifier.role);
    new EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // The lowest value that Lambda allows: two batches at once verify more than the lane's default limit lets in.
      maxConcurrency: 2,
    });
  }

  /**
   * API Gateway's integration `SQS-SendMessage`. A message attribute must not be empty, so a request without a
   * signature or a content type is answered with SQS's error, and nothing is enqueued.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
   */
  private createRoute({ webhookApi, encryptionKey, stage }: FallbackLaneProps): CfnRoute {
    const role = new Role(this, 'SenderRole', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      description: `API Gateway's fallback lane of stage ${stage.name}`,
    });
    const { policyDependable: policy } = role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'SendToFallbackQueue',
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
      }),
    );
    if (encryptionKey !== undefined) role.addToPolicy(stageKeyUse(encryptionKey, encryptDecryptActions));
    const { apiId } = webhookApi.api;
    const integration = new CfnIntegration(this, 'Integration', {
      apiId,
      integrationType: HttpIntegrationType.AWS_PROXY,
      integrationSubtype: HttpIntegrationSubtype.SQS_SEND_MESSAGE,
      payloadFormatVersion: '1.0',
      credentialsArn: role.roleArn,
      requestParameters: {
        QueueUrl: this.queue.queueUrl,
        MessageBody: '$request.body',
        MessageAttributes: JSON.stringify(messageAttributes),
      },
      responseParameters: {
        // SQS answers with XML that is not TwiML, which Twilio would report as an error. Twilio takes a 204 for "send
        // nothing". The content type stays XML: Twilio would send the text of `text/plain` as a message.
        '200': { ResponseParameters: [{ Destination: 'overwrite:statuscode', Source: '204' }] },
      },
    });
    // Without its policy the role could not send the first messages.
    if (policy !== undefined) integration.node.addDependency(policy);
    return new CfnRoute(this, 'Route', {
      apiId,
      routeKey,
      target: `integrations/${integration.ref}`,
      authorizationType: 'NONE',
    });
  }

  private statements(eventQueue: Queue): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ConsumeFallbackRequests',
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        resources: [this.queue.queueArn],
      }),
      new PolicyStatement({
        sid: 'EnqueueWebhooks',
        actions: ['sqs:SendMessage'],
        resources: [eventQueue.queueArn],
      }),
    ];
  }
}

const attribute = (expression: string) => ({ DataType: 'String', StringValue: `\${${expression}}` });

/** Several variables in one text need braces. The consumer takes the time from SQS, which nobody can choose. */
const messageAttributes = {
  [fallbackAttributes.signature]: attribute('request.header.X-Twilio-Signature'),
  [fallbackAttributes.contentType]: attribute('request.header.Content-Type'),
  [fallbackAttributes.requestId]: attribute('context.requestId'),
  [fallbackAttributes.sourceIp]: attribute('context.identity.sourceIp'),
};
