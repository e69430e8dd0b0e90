import type { StoredSince } from './dynamodb/stored-since';
import type { PublishEvents } from './sns/event-topic';
import type { SendToQueue } from './sqs/handler-queue';
import type { S3Put } from '../media/s3-put';
import type { Reconciling } from '../reconcile/reconciling';
import type { DecisionStore } from '../breaker/decisions';
import type { OptOutReader } from '../opt-outs/opt-outs';
import type { DeployedStack, Target } from '../target/target';
import type { StandInReply } from '../../lambda/shared/contract/stand-in-reply';
import type { AwsCall, AwsGet } from './aws-request';
import type { EventReader } from './dynamodb/event-view';
import type { BackupTable } from './dynamodb/backup-table';
import type { TableReader } from './dynamodb/table-reader';
import type { ErasableTable } from './dynamodb/erasable-table';
import type { ErasableQueue } from './sqs/erasable-queue';
import type { MessageReader } from './dynamodb/message-view';
import type { WebhookReader } from './webhooks/webhook-reader';

/** The staging labels of the versions whose tokens ingress accepts, newest first. */
export const versionStages = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;
export type VersionStage = (typeof versionStages)[number];

interface SecretMetadata {
  readonly name: string;
  /** Every staging label that is attached to a version. */
  readonly stages: readonly string[];
  /** The version that each of `versionStages` is attached to. */
  readonly versionIds: Readonly<Partial<Record<VersionStage, string>>>;
  /** ISO 8601, or null if Secrets Manager does not report it. */
  readonly changedAt: string | null;
}

/** Reads secrets. Undefined and `missing` mean that Secrets Manager has no such secret or label. */
export interface SecretReader {
  describe(secretId: string): Promise<SecretMetadata | undefined>;
  read(
    secretId: string,
    stage: VersionStage,
  ): Promise<{ readonly kind: 'text'; readonly text: string | undefined } | { readonly kind: 'missing' }>;
}

export interface SecretStore extends SecretReader {
  /**
   * Stores a text as AWSCURRENT; the version before becomes AWSPREVIOUS. Restores a secret that is scheduled for
   * deletion.
   * @throws CliError if there is no such secret
   */
  put(secretId: string, text: string): Promise<void>;
  /** Stores a text as AWSPENDING and leaves AWSCURRENT as it is. */
  putPending(secretId: string, text: string): Promise<void>;
  /** Moves AWSCURRENT; AWSPREVIOUS moves to `from`. Rejects if `from` no longer has AWSCURRENT. */
  moveCurrent(secretId: string, from: string, to: string): Promise<void>;
  /** Removes the label AWSPENDING from a version. */
  removePending(secretId: string, versionId: string): Promise<void>;
}

export interface ReceivedMessage {
  readonly id: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** Includes this receive. */
  readonly receiveCount: number;
  /** ISO 8601: when it was first sent, before it became a dead letter. */
  readonly sentAt: string;
}

export interface MoveTask {
  readonly status: string;
  readonly moved: number;
  /** Null if SQS does not report it. */
  readonly toMove: number | null;
  /** Milliseconds since 1970. Identifies a task, because SQS drops the handle of a task that has ended. */
  readonly startedAt: number;
  readonly failureReason: string | null;
}

/** Approximate, as SQS reports them. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
}

export interface DeadLetterQueue {
  /** One long poll. The messages are invisible until their visibility timeout ends. Empty if none is visible. */
  receive(): Promise<readonly ReceivedMessage[]>;
  /** Makes messages visible again; returns how many failed. */
  release(receiptHandles: readonly string[]): Promise<number>;
  counts(): Promise<QueueCounts>;
  startMove(maxPerSecond: number | undefined): Promise<void>;
  latestMove(): Promise<MoveTask | undefined>;
  /** How many messages were moved back by moves that began at this time or later: milliseconds since 1970. */
  movedSince(time: number): Promise<number>;
}

/** The event queue and its dead-letter queue, for `verify --poison`. */
export interface PoisonQueues {
  send(body: string): Promise<void>;
  /** Whether there is a dead letter with exactly this body. Long-polls. */
  hasDeadLetter(body: string): Promise<boolean>;
  removeDeadLetter(body: string): Promise<void>;
}

/** A subscription of the alarm topic. The address is not read. */
export interface AlarmSubscription {
  readonly isConfirmed: boolean;
}

/** Another stage of this gateway. */
export interface OtherStage {
  readonly name: string;
  /** Absent if it could not be read. */
  readonly baseUrl?: string;
}

/** The table and the queues, to delete from. */
export interface Erasing {
  readonly table: ErasableTable;
  readonly queue: (url: string) => ErasableQueue;
}

/** Reads stored items, and publishes their events again. */
export interface Publishing {
  readonly stored: StoredSince;
  readonly publish: PublishEvents;
  readonly send: SendToQueue;
}

/** Lazily opened clients for a gateway's secrets, table and queues: a command loads only the SDK clients it uses. */
export interface Backend {
  readonly target: Target;
  secrets(): Promise<SecretStore>;
  messages(): Promise<MessageReader>;
  events(): Promise<EventReader>;
  /** Webhooks of every kind: for lists, live views and conversations. */
  webhooks(): Promise<WebhookReader>;
  optOuts(): Promise<OptOutReader>;
  /** The circuit breaker's rows in the table. */
  decisions(): Promise<DecisionStore>;
  /**
   * @param queue a name of `findDeadLetterQueue`; the events' without one
   * @throws CliError if the target has no such queue
   */
  deadLetters(queue?: string): Promise<DeadLetterQueue>;
  /** The messages of a queue of the gateway. */
  queueCounts(queueUrl: string): Promise<QueueCounts>;
  /** What the Twilio stand-in was asked to send, newest first; absent where replies go to Twilio. */
  readonly replies?: () => Promise<readonly StandInReply[]>;
  /** For `account`. */
  readonly table?: () => Promise<TableReader>;
  /** Whether the table has a canary, for `doctor`. */
  readonly hasCanary?: (accountSid: string, canaryId: string) => Promise<boolean>;
  /** For `reconcile`. */
  readonly reconciling?: () => Promise<Reconciling>;
  /**
   * For `backup`.
   * @param tableName another table of the same form; the gateway's without one
   */
  readonly backup?: (tableName?: string) => Promise<BackupTable>;
  /** For `erase`. */
  readonly erasing?: () => Promise<Erasing>;
  /** For `events republish` and `replay`; absent if the stage publishes no events. */
  readonly publishing?: () => Promise<Publishing>;
  /** For `verify --poison` only. */
  readonly poisonQueues?: () => Promise<PoisonQueues>;
  /** Reads an AWS service in the stage's region; absent for the local gateway. */
  readonly aws?: AwsGet;
  /** Calls an action of an AWS service in the stage's region; absent for the local gateway. */
  readonly awsCall?: AwsCall;
  /** The stack of the fallback lane in another region; absent if the stage has none. */
  readonly fallbackRegionStack?: () => Promise<DeployedStack | undefined>;
  /** The template of the gateway's stack; absent for the local gateway. */
  readonly stackTemplate?: () => Promise<string>;
  /** Puts a file into a bucket; absent for the local gateway. */
  readonly s3Put?: S3Put;
  /** The other stages of lib/stages.ts that these credentials can see; absent for the local gateway. */
  readonly otherStages?: () => Promise<readonly OtherStage[]>;
  /** The subscriptions of a topic; absent for the local gateway. */
  readonly alarmSubscriptions?: (topicArn: string) => Promise<readonly AlarmSubscription[]>;
}
