import type { Colors } from 'picocolors/types';
import type { AwsShell } from './target/aws-profile';
import type { AwsGet } from './clients/aws-request';
import type { DeadLetterQueue, DeadLetterQueueName } from './dead-letters/dead-letters';
import type { EventReader } from './clients/dynamodb/event-view';
import type { MessageReader } from './clients/dynamodb/message-view';
import type { Output } from './terminal/output';
import type { Post } from './clients/post';
import type { SecretStore } from './target/account-secrets';
import type { Target } from './target/target';
import type { TwilioEnvironment } from './twilio/api/accounts';
import type { OtherStage } from './twilio/webhook-url';
import type { PoisonQueues } from './verify/poison-check';

/** Somebody who is told of alarms. The address stays at AWS. */
export interface AlarmSubscription {
  readonly isConfirmed: boolean;
}

/** A target with the doors to its stores. Each opens on demand: a command loads only the SDK clients it uses. */
export interface Backend {
  readonly target: Target;
  secrets(): Promise<SecretStore>;
  messages(): Promise<MessageReader>;
  events(): Promise<EventReader>;
  /** @throws CliError where the target has no such queue */
  deadLetters(queue?: DeadLetterQueueName): Promise<DeadLetterQueue>;
  /** For `verify --poison` alone. */
  readonly poisonQueues?: () => Promise<PoisonQueues>;
  /** Reads an AWS service in the stage's region; absent for the local gateway. */
  readonly aws?: AwsGet;
  /** The other stages of lib/stages.ts, as far as these credentials may see them; absent for the local gateway. */
  readonly otherStages?: () => Promise<readonly OtherStage[]>;
  /** Who listens to a topic; absent where there are no topics. */
  readonly alarmSubscriptions?: (topicArn: string) => Promise<readonly AlarmSubscription[]>;
}

/** Everything of the outside world that a command may use. */
export interface CliEnvironment {
  readonly output: Output;
  readonly paint: Colors;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Reads a secret: without echo at a terminal, else from standard input. */
  readonly readHidden: (question: string) => Promise<string>;
  /**
   * Reads what the operator gives a command to look at.
   * @param path a file; undefined reads standard input
   * @throws CliError if it cannot be read or is too large
   */
  readonly readInput: (path: string | undefined) => Promise<Buffer>;
  /** @param stage undefined means the local gateway */
  openBackend(stage: string | undefined): Promise<Backend>;
  readonly post: Post;
  readonly twilio: TwilioEnvironment;
  /** Which profile and region the shell names: explains what the SDK does not find. */
  readonly awsShell?: () => Promise<AwsShell>;
  now(): Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What a command is registered with: the world, its target, and how to say that it did not work. */
export interface CommandContext extends Omit<CliEnvironment, 'openBackend'> {
  openBackend(): Promise<Backend>;
  /** The command ran, but its answer is a failure for scripts: the process exits with 1. */
  exitWithFailure(): void;
}
