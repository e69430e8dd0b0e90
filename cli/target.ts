import type { RouteName } from '../lambda/shared/routes';
import type { BreakerFacts } from '../lambda/shared/stack-outputs';

/** A gateway that commands talk to: the local one or a deployed stage. */
export interface Target {
  /** How messages to the operator call it. */
  readonly name: string;
  /** The deployed stage; absent for the local gateway. */
  readonly stage?: string;
  readonly webhooks: Readonly<Record<RouteName, WebhookAddress>>;
  readonly eventQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly tableName: string;
  /** Names or ARNs, one per Twilio account. */
  readonly secretIds: readonly string[];
  /** Where alarms are published; absent for the local gateway, and for a stack of an older version. */
  readonly alarmTopicArn?: string;
  /** Name or ARN of the secret of Basic authentication; absent where the stage has none. */
  readonly basicAuthSecretId?: string;
  /** Absent where the stage has no circuit breaker. */
  readonly breaker?: BreakerFacts;
  readonly connection: Connection;
}

export interface WebhookAddress {
  readonly postUrl: string;
  /** The URL that the signature is over; it differs from `postUrl` behind a tunnel. */
  readonly signedUrl: string;
}

/** How the SDK's clients reach it. `sdk`: by the SDK's own chain of profiles, regions and endpoint variables. */
export type Connection =
  | { readonly kind: 'sdk' }
  | {
      readonly kind: 'local';
      readonly region: string;
      readonly endpoints: {
        readonly sqs: string;
        readonly dynamodb: string;
        readonly secretsmanager: string;
      };
    };

/** Where targets are found: files, processes and CloudFormation, as a port. */
export interface TargetSources {
  /** The text of `.gateway/local.json`, or undefined if there is none. */
  localState(): Promise<string | undefined>;
  isAlive(pid: number): boolean;
  /** Outputs by name, or undefined if there is no such stack. */
  stackOutputs(stackName: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/** What to add to a command that an operator is told to run: ` --stage dev`, or nothing for the local gateway. */
export const stageOptionOf = ({ stage }: { readonly stage?: string | undefined }): string =>
  stage === undefined ? '' : ` --stage ${stage}`;
