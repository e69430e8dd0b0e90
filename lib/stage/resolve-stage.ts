import type { Environment } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StaticReplies } from '../../lambda/ingress/static-reply';
import {
  connectionOverridesFault,
  defaultConnectionOverrides,
} from '../../lambda/shared/contract/connection-overrides';
import { accountProblems, namePattern } from './accounts';
import type { FunctionNetwork } from '../functions/function-network';
import { basicAuthProblems, resolveBasicAuth, type BasicAuthSettings } from './basic-auth-options';
import { breakerProblems, resolveBreaker, type BreakerSettings } from './breaker-options';
import { customDomainProblems, type CustomDomainOptions } from './custom-domain-options';
import { eventsProblems, resolveEvents, type EventsSettings } from './events-options';
import { integerProblems, type Problems } from './problems';
import { fallbackLaneProblems, resolveFallbackLane, type FallbackLaneSettings } from './lane/fallback-options';
import { fallbackRegionProblems } from './lane/fallback-region';
import { resolveReplies } from './reply-options';
import { canaryProblems, resolveCanary, type CanarySettings } from './scheduled/canary-options';
import {
  reconciliationProblems,
  resolveReconciliation,
  type ReconciliationSettings,
} from './scheduled/reconciliation-options';
import type { StageOptions } from './stage-options';
import { defaultThrottle, throttleProblems, type Throttle } from './throttle';

/** A stage with every default filled in and every value checked. `StageOptions` describes the keys. */
export interface Stage {
  readonly name: string;
  readonly production: boolean;
  readonly terminationProtection: boolean;
  readonly env: Environment | undefined;
  readonly accounts: readonly string[];
  readonly retentionDays: number | undefined;
  readonly conversationIndex: boolean;
  readonly mediaBucket: boolean;
  readonly logRetention: RetentionDays;
  readonly tracing: boolean;
  readonly throttle: Throttle;
  readonly consumerMaxConcurrency: number;
  readonly alarmEmails: readonly string[];
  readonly silenceAlarmHours: number | undefined;
  readonly connectionOverrides: string;
  readonly basicAuth: BasicAuthSettings | undefined;
  readonly acceptGet: boolean;
  /** Undefined: messages are not answered. */
  readonly replies: StaticReplies | undefined;
  readonly customDomain: CustomDomainOptions | undefined;
  readonly customerManagedKey: boolean;
  readonly breaker: BreakerSettings | undefined;
  /** Undefined: Twilio's list is not compared with the table. */
  readonly reconciliation: ReconciliationSettings | undefined;
  /** Undefined: no canary is sent. */
  readonly canary: CanarySettings | undefined;
  /** Undefined: there is no fallback URL. */
  readonly fallbackLane: FallbackLaneSettings | undefined;
  /** Undefined: the fallback lane is in the region of the stage alone. */
  readonly fallbackRegion: string | undefined;
  /** Undefined: nothing is published, unless a handler is registered. */
  readonly events: EventsSettings | undefined;
  /** Undefined: functions run outside a VPC. */
  readonly network: FunctionNetwork | undefined;
}

/** Facts about a stage that are not options. */
export interface StageContext {
  /** The beginning of an error message. */
  readonly subject: string;
  /** The key of the name, for an error. */
  readonly nameKey: string;
  /** Generated names are longer than those of a `GatewayStack` by this number of characters at most. */
  readonly extraNameLength: number;
  readonly network: FunctionNetwork | undefined;
  /** Problems that do not come from the options. */
  readonly problems: Problems;
}

const minRetentionDays = 30;
const maxRetentionDays = 36_500;
/**
 * An alarm evaluates at most seven days:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const maxSilenceHours = 168;

const inStagesFile = (name: string): StageContext => ({
  subject: `Stage ${JSON.stringify(name)} of lib/stages.ts`,
  nameKey: 'name',
  extraNameLength: 0,
  network: undefined,
  problems: [],
});

/**
 * Fills in the defaults of a stage and checks every value.
 * @param context of a stage that is not in `lib/stages.ts`
 * @throws Error that names the stage and every bad key
 */
export const resolveStage = (name: string, options: StageOptions, context = inStagesFile(name)): Stage => {
  const { replies, problems: replyProblems } = resolveReplies(options.reply);
  const stage: Stage = {
    name,
    production: options.production ?? false,
    terminationProtection: options.terminationProtection ?? false,
    env: options.env,
    accounts: options.accounts ?? ['main'],
    retentionDays: options.retentionDays,
    conversationIndex: options.conversationIndex ?? true,
    mediaBucket: options.mediaBucket ?? false,
    logRetention: options.logRetention ?? RetentionDays.THREE_MONTHS,
    tracing: options.tracing ?? false,
    throttle: options.throttle ?? defaultThrottle,
    consumerMaxConcurrency: options.consumerMaxConcurrency ?? 2,
    alarmEmails: options.alarmEmails ?? [],
    silenceAlarmHours: options.silenceAlarmHours,
    connectionOverrides: options.connectionOverrides ?? defaultConnectionOverrides,
    basicAuth: resolveBasicAuth(options.basicAuth),
    acceptGet: options.acceptGet ?? false,
    replies,
    customDomain: options.customDomain,
    customerManagedKey: options.customerManagedKey ?? false,
    breaker: resolveBreaker(options.breaker),
    reconciliation: resolveReconciliation(options.reconciliation),
    canary: resolveCanary(options.canary),
    fallbackLane: resolveFallbackLane(options.fallbackLane),
    fallbackRegion: options.fallbackRegion,
    events: resolveEvents(options.events),
    network: context.network,
  };
  const problems = [...stageProblems(stage, context), ...replyProblems, ...context.problems];
  if (problems.length > 0) throw new Error(`${context.subject}: ${problems.join('; ')}.`);
  return stage;
};

const stageProblems = (stage: Stage, { nameKey, extraNameLength }: StageContext): Problems => [
  ...(namePattern.test(stage.name)
    ? []
    : [`${nameKey} is ${JSON.stringify(stage.name)}: it must match ${namePattern.source}`]),
  ...accountProblems(stage.accounts, extraNameLength),
  ...integerProblems('retentionDays', stage.retentionDays, minRetentionDays, maxRetentionDays),
  ...throttleProblems(stage.throttle),
  ...integerProblems('consumerMaxConcurrency', stage.consumerMaxConcurrency, 2, 1_000),
  ...integerProblems('silenceAlarmHours', stage.silenceAlarmHours, 1, maxSilenceHours),
  ...alarmEmailProblems(stage.alarmEmails),
  ...connectionOverridesProblems(stage.connectionOverrides),
  ...basicAuthProblems(stage.basicAuth),
  ...customDomainProblems(stage.customDomain, stage.env?.region),
  ...breakerProblems(stage.breaker, stage.accounts),
  ...eventsProblems(stage.events),
  ...reconciliationProblems(stage.reconciliation),
  ...canaryProblems(stage.canary),
  ...fallbackLaneProblems(stage.fallbackLane),
  ...fallbackRegionProblems(stage.fallbackRegion, stage.fallbackLane !== undefined, stage.env?.region),
];

/** The message does not quote the entry, because an address is personal data. */
const alarmEmailProblems = (addresses: readonly string[]): Problems =>
  addresses
    .filter((address) => !/^[^\s@]+@[^\s@]+$/.test(address))
    .map(() => 'alarmEmails contains an entry that is not an e-mail address');

const connectionOverridesProblems = (overrides: string): Problems => {
  const problem = connectionOverridesFault(overrides);
  return problem === undefined ? [] : [`connectionOverrides is ${JSON.stringify(overrides)}: ${problem}`];
};
