import type { RouteName } from '../../lambda/shared/contract/routes';
import {
  stackName,
  type BreakerFacts,
  type FallbackFacts,
  type FallbackRegionFacts,
  type HandlerQueues,
} from '../../lambda/shared/contract/stack-outputs';
import { localStage } from '../twilio/config/config';
import { CliError } from '../terminal/cli-error';
import { choiceOption, type TargetChoice } from './choice';
import type { StageSettings } from './stage-settings';
import { hasStagesFile, propsPlace } from '../terminal/program-name';

/** A gateway that commands talk to: the local one or a deployed stage. */
export interface Target {
  /** For messages, such as `stage dev`. */
  readonly name: string;
  /** The deployed stage; absent for the local gateway, and for a stack of an older version that --stack names. */
  readonly stage?: string | undefined;
  /** The values of --stack and --gateway; absent without these options. */
  readonly choice?: TargetChoice | undefined;
  readonly webhooks: Readonly<Record<RouteName, WebhookAddress>>;
  /** The output `BaseUrl`; absent for the local gateway. */
  readonly baseUrl?: string;
  readonly eventQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly tableName: string;
  /** Names or ARNs, one per Twilio account. */
  readonly secretIds: readonly string[];
  /** The SNS topic of the alarms; absent for the local gateway, and for a stack of an older version. */
  readonly alarmTopicArn?: string;
  /** Name or ARN of the secret of Basic authentication; absent if the stage has none. */
  readonly basicAuthSecretId?: string;
  /** Whether GET webhooks are accepted as well as POST. */
  readonly acceptGet?: boolean;
  /** The only host name that is accepted; absent if any is. */
  readonly customDomain?: string;
  /** Absent if the stage has no circuit breaker. */
  readonly breaker?: BreakerFacts;
  /** Absent if the stage has no fallback lane. For Twilio's URL: `twilioLane`. */
  readonly fallback?: FallbackTarget;
  /** Absent if a deployed stage has no lane in another region, and for the local gateway. */
  readonly fallbackRegion?: FallbackRegionFacts;
  /** Absent for a stage without handlers. */
  readonly handlers?: readonly HandlerQueues[];
  /** The SNS topic of the gateway's events; absent if it publishes none. */
  readonly topicArn?: string;
  readonly eventPayload?: 'full' | 'reference';
  /** Events that SNS could not deliver; absent if the gateway publishes none. */
  readonly undeliveredQueueUrl?: string;
  /** Name or ARN of the secret with the reply keys; absent if no handler replies. */
  readonly replySecretId?: string;
  /** Name or ARN of the secret with the keys that read Twilio's lists; absent without reconciliation. */
  readonly reconcilerSecretId?: string;
  /** The bucket for media of messages; absent if the stage has none. */
  readonly mediaBucket?: string;
  /** Where the local gateway's replies go; absent for a deployed stage, and with a real key. */
  readonly twilioStandIn?: { readonly baseUrl: string };
  /** The address of the console that the local gateway serves, with its token. */
  readonly consoleUrl?: string;
  /** Whether the deployed gateway is a production stage; absent for the local gateway. */
  readonly production?: boolean;
  /** From lib/stages.ts; absent for the local gateway, and for a stage that is not in the file. */
  readonly settings?: StageSettings;
  /** Absent for the local gateway. */
  readonly stack?: Omit<DeployedStack, 'outputs'>;
  /** The prefix of the logical ids of a deployed gateway; absent if they have none. */
  readonly prefix?: string;
  readonly connection: Connection;
}

/** A stage's fallback lane. */
export interface FallbackTarget extends WebhookAddress {
  /** Whether the URL is in another region: `drain` takes its messages home once a minute. */
  readonly isInOtherRegion?: true;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

export interface WebhookAddress {
  readonly postUrl: string;
  /** The URL that is signed; it differs from `postUrl` behind a tunnel. */
  readonly signedUrl: string;
}

/**
 * How the SDK's clients connect. `sdk`: by the SDK's own chain of profiles and endpoint variables, and of regions if
 * `region` is absent.
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
        readonly sns: string;
        /** Absent for a gateway of an older version. */
        readonly monitoring?: string;
      };
    };

/** Port for the files, processes and stacks that targets are read from. */
export interface TargetSources {
  /** The state file of the gateway that runs in this directory, or of the last one; undefined if there is none. */
  localState(): Promise<string | undefined>;
  isAlive(pid: number): boolean;
  /**
   * The stage of lib/stages.ts, or undefined if it is not there.
   * @throws CliError if that file cannot be used
   */
  settings(stage: string): Promise<StageSettings | undefined>;
  /**
   * The region of the stage, or else of the shell; undefined leaves it to the SDK.
   * @throws CliError for a profile that does not exist
   */
  region(stageRegion: string | undefined): Promise<string | undefined>;
  /** Undefined if there is no such stack. */
  stack(stackName: string, region: string | undefined): Promise<DeployedStack | undefined>;
  /** The AWS account of the credentials, or undefined if AWS does not answer. */
  callerAccount(region: string | undefined): Promise<string | undefined>;
}

/** Completes a suggested command: ` --stage dev` or ` --stack Hotline`, or nothing for the local gateway. */
export const stageOptionOf = ({ stage, choice }: Pick<Target, 'stage' | 'choice'>): string =>
  choiceOption(choice ?? (stage === undefined ? {} : { stage }));

/** The name of a deployed gateway's stack. */
export const stackNameOf = ({ stage = '', choice }: Pick<Target, 'stage' | 'choice'>): string =>
  choice?.stack ?? stackName(stage);

/** Why a deployed gateway's `settings` are absent. */
export const noSettings = ({ stage = '', choice }: Pick<Target, 'stage' | 'choice'>): string =>
  hasStagesFile && choice === undefined
    ? `lib/stages.ts has no stage ${stage}`
    : 'only a stage of lib/stages.ts has known settings';

/**
 * The key of a gateway in twilio.config.ts: the name of its stage, or `local`.
 * @throws CliError for a deployed gateway that has no output with its stage
 */
export const configKeyOf = (target: Pick<Target, 'name' | 'stage' | 'choice'>): string => {
  if (target.stage !== undefined) return target.stage;
  if (isLocal(target)) return localStage;
  throw new CliError(
    `The outputs of ${target.name} do not tell its stage: another version deployed it. Deploy it again.`,
  );
};

export const isLocal = ({ stage, choice }: Pick<Target, 'stage' | 'choice'>): boolean =>
  stage === undefined && choice === undefined;

/** A stack, as CloudFormation describes it. */
export interface DeployedStack {
  /** By name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The AWS account; undefined if the stack's id has none. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly hasTerminationProtection: boolean;
}

/** @param postUrl differs from the signed URL behind a tunnel */
export const fallbackTarget = (
  { url, queueUrl, deadLetterQueueUrl }: FallbackFacts,
  postUrl: string,
): FallbackTarget => ({ postUrl, signedUrl: url, queueUrl, deadLetterQueueUrl });

/** @throws CliError if the gateway has no fallback lane */
export const requireFallback = ({ fallback, name }: Pick<Target, 'fallback' | 'name'>): FallbackTarget => {
  if (fallback !== undefined) return fallback;
  throw new CliError(
    `There is no fallback lane at ${name}. Give its stage \`fallbackLane: true\` in ${propsPlace} and deploy.`,
  );
};

/** @throws CliError if the gateway has no circuit breaker */
export const requireBreaker = ({ breaker, name }: Pick<Target, 'breaker' | 'name'>): BreakerFacts => {
  if (breaker !== undefined) return breaker;
  throw new CliError(
    `There is no circuit breaker at ${name}. Give its stage a \`breaker\` in ${propsPlace} and deploy ` +
      '(docs/breaker.md).',
  );
};
