import type { RouteName } from '../../lambda/shared/contract/routes';
import type { BreakerFacts } from '../../lambda/shared/contract/stack-outputs';
import { CliError } from '../terminal/cli-error';
import type { StageSettings } from './stage-settings';

/** A gateway that commands talk to: the local one or a deployed stage. */
export interface Target {
  /** How messages to the operator call it. */
  readonly name: string;
  /** The deployed stage; absent for the local gateway. */
  readonly stage?: string;
  readonly webhooks: Readonly<Record<RouteName, WebhookAddress>>;
  /** The output `BaseUrl`; absent for the local gateway. */
  readonly baseUrl?: string;
  readonly eventQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly tableName: string;
  /** Names or ARNs, one per Twilio account. */
  readonly secretIds: readonly string[];
  /** Where alarms are published; absent for the local gateway, and for a stack of an older version. */
  readonly alarmTopicArn?: string;
  /** Name or ARN of the secret of Basic authentication; absent where the stage has none. */
  readonly basicAuthSecretId?: string;
  /** Whether GET webhooks are accepted beside POST. */
  readonly acceptGet?: boolean;
  /** The domain name that alone may be called; absent where any host name may. */
  readonly customDomain?: string;
  /** Absent where the stage has no circuit breaker. */
  readonly breaker?: BreakerFacts;
  /** What lib/stages.ts says of the stage; absent for the local gateway, and for a stage that is not there. */
  readonly settings?: StageSettings;
  /** Absent for the local gateway. */
  readonly stack?: Omit<DeployedStack, 'outputs'>;
  readonly connection: Connection;
}

export interface WebhookAddress {
  readonly postUrl: string;
  /** The URL that the signature is over; it differs from `postUrl` behind a tunnel. */
  readonly signedUrl: string;
}

/**
 * How the SDK's clients reach it. `sdk`: by the SDK's own chain of profiles and endpoint variables; where `region` is
 * absent, by its chain of regions, too.
 */
export type Connection =
  | { readonly kind: 'sdk'; readonly region?: string }
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
  /**
   * The stage of lib/stages.ts, or undefined if there is no such one.
   * @throws CliError where that file cannot be used
   */
  settings(stage: string): Promise<StageSettings | undefined>;
  /**
   * Where the shell looks for AWS, if the stage does not say; undefined leaves it to the SDK.
   * @throws CliError for a profile that does not exist
   */
  region(stageRegion: string | undefined): Promise<string | undefined>;
  /** Undefined if there is no such stack. */
  stack(stackName: string, region: string | undefined): Promise<DeployedStack | undefined>;
  /** The AWS account of the credentials, or undefined if AWS does not say. */
  callerAccount(region: string | undefined): Promise<string | undefined>;
}

/** What to add to a command that an operator is told to run: ` --stage dev`, or nothing for the local gateway. */
export const stageOptionOf = ({ stage }: { readonly stage?: string | undefined }): string =>
  stage === undefined ? '' : ` --stage ${stage}`;
/** A stack, as CloudFormation describes it. */
export interface DeployedStack {
  /** By name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The AWS account; undefined where the stack's id has none. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly hasTerminationProtection: boolean;
}

/** @throws CliError if the gateway has no circuit breaker */
export const requireBreaker = ({ breaker, name }: Pick<Target, 'breaker' | 'name'>): BreakerFacts => {
  if (breaker !== undefined) return breaker;
  throw new CliError(
    `There is no circuit breaker at ${name}. Give its stage a \`breaker\` in lib/stages.ts and deploy ` +
      '(docs/breaker.md).',
  );
};
