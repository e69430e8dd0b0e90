import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Breaker } from '../constructs/breaker';
import type { Canary } from '../constructs/scheduled/canary';
import type { FallbackLane } from '../constructs/lane/fallback-lane';
import type { FallbackRegion } from '../constructs/lane/fallback-region';
import type { Reconciler } from '../constructs/scheduled/reconciler';
import type { WebhookApi } from '../constructs/webhook-api';
import type { Stage } from '../stage/resolve-stage';

/** The resources of a stage that have alarms and dashboard widgets: one file of this folder for each. */
export interface MonitoredResources {
  readonly stage: Stage;
  readonly webhookApi: WebhookApi;
  readonly ingress: Function;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly consumer: Function;
  readonly table: ITable;
  /** Undefined if the stage has no circuit breaker. */
  readonly breaker: Breaker | undefined;
  /** Undefined if the stage has no reconciliation. */
  readonly reconciler: Reconciler | undefined;
  /** Undefined if the stage has no canary. */
  readonly canary: Canary | undefined;
  /** Undefined if the stage has no fallback lane. */
  readonly fallbackLane: FallbackLane | undefined;
  /** Undefined if the stage has no fallback lane in another region. */
  readonly fallbackRegion: FallbackRegion | undefined;
}
