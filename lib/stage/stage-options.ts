import type { Environment } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StaticReplies } from '../../lambda/ingress/static-reply';
import {
  basicAuthFaults,
  resolveBasicAuth,
  type BasicAuthOptions,
  type BasicAuthSettings,
} from './basic-auth-options';
import { accountLimitFaults } from './accounts';
import {
  connectionOverridesFault,
  defaultConnectionOverrides,
} from '../../lambda/shared/contract/connection-overrides';
import { resolveBreaker, type BreakerOptions, type BreakerStage } from './breaker-options';
import { customDomainFaults, type CustomDomainOptions } from '../constructs/custom-domain';
import { resolveReplies, type ReplyOptions } from './reply-options';

/** What a person may say about a stage in `lib/stages.ts`. All of it is optional. */
export interface StageOptions {
  /**
   * Whether the data is precious: the table, the dead-letter queue and the secrets survive the deletion of the stack, and
   * the table refuses to be deleted.
   * @default false
   */
  readonly production?: boolean;
  /**
   * Whether CloudFormation refuses to delete the stack. Switch it on once the first deployment is through: the CDK
   * sets it before the creation runs, and a stack whose creation failed could then neither be deployed again nor
   * deleted (docs/failed-first-deployment.md).
   * @default false
   */
  readonly terminationProtection?: boolean;
  /**
   * AWS account and region.
   * @default the ones of the AWS CLI's profile at deployment
   */
  readonly env?: Environment;
  /**
   * Names of the Twilio accounts whose webhooks are accepted, one secret each. They are names of your own (`main`,
   * `support`): an account SID is in the secret only. About sixty fit into what AWS allows for ingress's environment
   * and policy.
   * @default ['main']
   */
  readonly accounts?: readonly string[];
  /**
   * Days after which DynamoDB deletes an item, at least 30: a redriven dead letter is up to 14 days old, and an item that
   * expires meanwhile would be stored a second time.
   * @default items are kept indefinitely
   */
  readonly retentionDays?: number;
  /**
   * How long logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Requests a second that the front door lets through, and how many at once. They protect the bill, nothing else:
   * Twilio does not slow down for 429, so a throttled webhook is a lost one, whoever's requests filled the throttle.
   * Set them far above any peak. AWS gives an account 10,000 and 5,000 for all its APIs of a region.
   * @default { rateLimit: 2000, burstLimit: 2000 }
   */
  readonly throttle?: Throttle;
  /**
   * Batches that are consumed at once, 2 to 1,000. This is where load on the table is limited, never at the front
   * door. New AWS accounts have a Lambda concurrency of 10 for all functions of a region: more than half of it leaves
   * too little for ingress.
   * @default 5: about 100 messages a second
   */
  readonly consumerMaxConcurrency?: number;
  /**
   * E-mail addresses that the alarms are sent to. Each must confirm the subscription.
   * @default none: subscribe to the topic of the output `AlarmTopicArn` yourself
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Raises an alarm when no webhook was accepted for so many hours, 1 to 168. For stages that are never quiet. It
   * rings on a new stage until its first webhook.
   * @default no such alarm
   */
  readonly silenceAlarmHours?: number;
  /**
   * Twilio's connection overrides, which the webhook URLs of the stack's outputs carry. The default asks for three
   * retries on 4xx, 5xx, connect and read timeouts; without it Twilio retries a failed connection once and nothing
   * else. A 4xx costs nothing to repeat, because storing is idempotent, and a 429 is not lost at once.
   * @default 'rc=3&rp=4xx,5xx,ct,rt'
   * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
   */
  readonly connectionOverrides?: string;
  /**
   * Asks for a user name and password (HTTP Basic) before the signature, which is required all the same. The credentials are in
   * a secret of their own, the output `BasicAuthSecretArn`; Twilio gets them as `https://user:password@host/…`.
   * @default false
   */
  readonly basicAuth?: boolean | BasicAuthOptions;
  /**
   * Accepts webhooks by GET beside POST. Twilio's way of signing a GET has changed over the years and API Gateway takes about
   * 10 KB of URL, so a long message is refused there: use POST wherever Twilio lets you choose.
   * @default false
   */
  readonly acceptGet?: boolean;
  /**
   * Texts that incoming messages are answered with. Twilio sends one of up to 1,600 characters, and charges for it.
   * @default silence
   */
  readonly reply?: ReplyOptions;
  /**
   * A domain name of your own. The webhook URLs are then `https://<domainName>/messages` and so on, without the stage, and the
   * address that AWS made is switched off: tell Twilio the new URLs as soon as it is deployed.
   * @default the address that AWS makes
   */
  readonly customDomain?: CustomDomainOptions;
  /**
   * Encrypts queues, table, secrets and logs with a KMS key of the stage's own instead of AWS's keys. It costs a dollar a month and
   * what KMS asks per request, and a key that is denied, throttled or deleted refuses webhooks.
   * @default false
   */
  readonly customerManagedKey?: boolean;
  /**
   * The circuit breaker: suspends a subaccount whose usage trigger fires. It gets a queue, a function and a secret of its own, the
   * output `BreakerSecretArn`; until that is set nothing can be suspended.
   * @default usage triggers are stored, and nothing is stopped
   */
  readonly breaker?: BreakerOptions;
}

export interface Throttle {
  /** Requests a second. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

/** A stage with every default filled in and every value checked. */
export interface Stage {
  readonly name: string;
  readonly production: boolean;
  readonly terminationProtection: boolean;
  readonly env: Environment | undefined;
  readonly accounts: readonly string[];
  readonly retentionDays: number | undefined;
  readonly logRetention: RetentionDays;
  readonly throttle: Throttle;
  readonly consumerMaxConcurrency: number;
  readonly alarmEmails: readonly string[];
  readonly silenceAlarmHours: number | undefined;
  readonly connectionOverrides: string;
  readonly basicAuth: BasicAuthSettings | undefined;
  readonly acceptGet: boolean;
  /** Undefined is silence. */
  readonly replies: StaticReplies | undefined;
  readonly customDomain: CustomDomainOptions | undefined;
  readonly customerManagedKey: boolean;
  readonly breaker: BreakerStage | undefined;
}

const namePattern = /^[a-z][a-z0-9-]{0,15}$/;
const minRetentionDays = 30;
/** An alarm looks back seven days at the most: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const maxSilenceHours = 168;

/** One fault of a stage as a line: the key, what was got, what is allowed. */
type Faults = string[];

const checkInteger = (faults: Faults, key: string, value: number | undefined, min: number, max: number) => {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  faults.push(`${key} is ${value}: give a whole number from ${min} to ${max}`);
};

const checkNames = (faults: Faults, key: string, names: readonly string[]) => {
  if (names.length === 0) faults.push(`${key} is empty: name at least one Twilio account, e.g. ['main']`);
  for (const name of names) {
    if (!namePattern.test(name)) {
      faults.push(`${key} holds ${JSON.stringify(name)}: a name must match ${namePattern.source}`);
    }
  }
  if (new Set(names).size !== names.length) {
    faults.push(`${key} names an account twice (${names.join(', ')}): give each name once`);
  }
};

/**
 * Fills in the defaults of a stage and checks it, before anything is built of it.
 * @throws Error that names the stage and every bad key
 */
export const resolveStage = (name: string, options: StageOptions): Stage => {
  const { replies, faults: replyFaults } = resolveReplies(options.reply);
  const accounts = options.accounts ?? ['main'];
  const { breaker, faults: breakerFaults } = resolveBreaker(options.breaker, accounts);
  const stage: Stage = {
    name,
    production: options.production ?? false,
    terminationProtection: options.terminationProtection ?? false,
    env: options.env,
    accounts,
    retentionDays: options.retentionDays,
    logRetention: options.logRetention ?? RetentionDays.THREE_MONTHS,
    throttle: options.throttle ?? { rateLimit: 2000, burstLimit: 2000 },
    consumerMaxConcurrency: options.consumerMaxConcurrency ?? 5,
    alarmEmails: options.alarmEmails ?? [],
    silenceAlarmHours: options.silenceAlarmHours,
    connectionOverrides: options.connectionOverrides ?? defaultConnectionOverrides,
    basicAuth: resolveBasicAuth(options.basicAuth),
    acceptGet: options.acceptGet ?? false,
    replies,
    customDomain: options.customDomain,
    customerManagedKey: options.customerManagedKey ?? false,
    breaker,
  };
  const faults: Faults = [];
  if (!namePattern.test(name)) {
    faults.push(`name is ${JSON.stringify(name)}: it must match ${namePattern.source}`);
  }
  checkNames(faults, 'accounts', stage.accounts);
  faults.push(...accountLimitFaults(stage.accounts));
  checkInteger(faults, 'retentionDays', stage.retentionDays, minRetentionDays, 36_500);
  checkInteger(faults, 'throttle.rateLimit', stage.throttle.rateLimit, 100, 10_000);
  checkInteger(faults, 'throttle.burstLimit', stage.throttle.burstLimit, 100, 5_000);
  checkInteger(faults, 'consumerMaxConcurrency', stage.consumerMaxConcurrency, 2, 1_000);
  checkInteger(faults, 'silenceAlarmHours', stage.silenceAlarmHours, 1, maxSilenceHours);
  for (const address of stage.alarmEmails) {
    // The address itself stays out of the message: it is a person's.
    if (!/^[^\s@]+@[^\s@]+$/.test(address))
      faults.push('alarmEmails holds an entry that is no e-mail address');
  }
  const overridesFault = connectionOverridesFault(stage.connectionOverrides);
  if (overridesFault !== undefined) {
    faults.push(`connectionOverrides is ${JSON.stringify(stage.connectionOverrides)}: ${overridesFault}`);
  }
  faults.push(
    ...basicAuthFaults(stage.basicAuth),
    ...replyFaults,
    ...customDomainFaults(stage.customDomain, stage.env?.region),
    ...breakerFaults,
  );
  if (faults.length > 0) {
    throw new Error(`Stage ${JSON.stringify(name)} of lib/stages.ts: ${faults.join('; ')}.`);
  }
  return stage;
};
