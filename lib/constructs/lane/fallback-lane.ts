import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FallbackEnvironment, FallbackRegionEnvironment } from '../../../lambda/fallback/environment';
import { fallbackRoute, maxFallbackMessageBytes } from '../../../lambda/shared/contract/fallback-lane';
import { GatewayFunction } from '../../functions/gateway-function';
import type { FallbackLaneSettings } from '../../stage/lane/fallback-options';
import type { Stage } from '../../stage/resolve-stage';
import type { AccountSecrets } from '../account-secrets';
import { EventQueue } from '../event-queue';
import type { WebhookApi } from '../webhook-api';
import { addLaneRoute, laneRouteKey } from './lane-route';

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
    const { apiId } = webhookApi.api;
    const route = addLaneRoute(this, { stage, apiId, queue: this.queue, encryptionKey });
    webhookApi.limit(route, laneRouteKey, props.fallbackLane);

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
   * Accepts what came through a lane in another region as well.
   * @param signedUrl of that lane, with the placeholder for the id of its API
   */
  acceptFrom(signedUrl: string): void {
    const environment: FallbackRegionEnvironment = { REGION_FALLBACK_URL: signedUrl };
    for (const [name, value] of Object.entries(environment)) this.function.addEnvironment(name, String(value));
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
