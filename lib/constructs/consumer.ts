import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { CanaryStoreEnvironment, ConsumerEnvironment } from '../../lambda/consumer/environment';
import { canaryKey, optOutPartition } from '../../lambda/shared/contract/table';
import type { EventTable } from './event-table';
import { GatewayFunction } from '../functions/gateway-function';
import type { Stage } from '../stage/resolve-stage';

export interface ConsumerProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly queue: Queue;
  readonly eventTable: EventTable;
  /** At most a sixth of the queue's visibility timeout. */
  readonly timeout: Duration;
}

const anyAccountSid = `AC${'?'.repeat(32)}`;
/** `doctor` proves the fallback lane by a canary that comes out of it. */
const storesCanaries = ({ canary, fallbackLane }: Stage): boolean => canary !== undefined || fallbackLane !== undefined;

/** Partition keys that the consumer may write: an account SID, then the kind. None of them is the breaker's. */
const partitions = (stage: Stage): string[] => [
  ...['MESSAGE', 'USAGE', 'CLOUDEVENT', 'EVENT', 'TEXT'].map((kind) => `${anyAccountSid}#${kind}#*`),
  optOutPartition(anyAccountSid),
  ...(storesCanaries(stage) ? [canaryKey(anyAccountSid, '*').pk] : []),
];

/** The function that stores each webhook of the queue once. Its role allows nothing else. */
export class Consumer extends GatewayFunction {
  constructor(scope: Construct, id: string, props: ConsumerProps) {
    const environment: ConsumerEnvironment = {
      STAGE_NAME: props.stage.name,
      TABLE_NAME: props.eventTable.table.tableName,
      EVENT_QUEUE_URL: props.queue.queueUrl,
      RETENTION_DAYS: String(props.stage.retentionDays ?? 0),
      CONVERSATION_INDEX: props.stage.conversationIndex ? 'true' : '',
    };
    const canaryStore: CanaryStoreEnvironment | undefined = storesCanaries(props.stage)
      ? { STORE_CANARIES: 'true' }
      : undefined;
    super(scope, id, {
      stage: props.stage,
      encryptionKey: props.encryptionKey,
      functionName: 'consumer',
      description: 'Stores each webhook of the queue once.',
      timeout: props.timeout,
      environment: { ...environment, ...canaryStore },
    });
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'ConsumeWebhooks',
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        resources: [props.queue.queueArn],
      }),
    );
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'StoreWebhooks',
        actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
        // Not the index: writing needs permission for the table only, and the function never queries.
        resources: [props.eventTable.table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
      }),
    );
    if (props.stage.canary !== undefined) {
      this.function.addToRolePolicy(
        new PolicyStatement({
          sid: 'StoreCanaries',
          actions: ['dynamodb:PutItem'],
          resources: [props.eventTable.table.tableArn],
          conditions: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [canaryKey(anyAccountSid, '*').pk] },
          },
        }),
      );
    }
    props.eventTable.allowKeyUse(this.function);
    new EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: props.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // Not reserved concurrency: pollers ignore it, and throttled messages use up their receives and become dead
      // letters.
      // https://repost.aws/knowledge-center/lambda-sqs-scaling
      maxConcurrency: props.stage.consumerMaxConcurrency,
    });
  }
}
