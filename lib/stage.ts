import type { Environment } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What a person may say about a stage in `lib/stages.ts`. All of it is optional. */
export interface StageOptions {
  /**
   * Whether the data is precious: the table, the dead-letter queue and the secrets survive the deletion of the stack, and
   * the table refuses to be deleted.
   * @default false
   */
  readonly production?: boolean;
  /**
   * AWS account and region.
   * @default the ones of the AWS CLI's profile at deployment
   */
  readonly env?: Environment;
  /**
   * Names of the Twilio accounts whose webhooks are accepted, one secret each. They are names of your own (`main`,
   * `support`): an account SID is in the secret only.
   * @default ['main']
   */
  readonly accounts?: readonly string[];
  /**
   * Days after which DynamoDB deletes an item, at least 30: a redriven dead letter is up to 14 days old, and an item that
   * expires meanwhile would be stored a second time.
   * @default items are kept for ever
   */
  readonly retentionDays?: number;
  /**
   * How long logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Requests a second that the front door lets through, and how many at once. They protect the bill, nothing else: Twilio does
   * not honour 429, so a throttled webhook is a lost one. Set them far above any peak. AWS gives an account
   * 10,000 and 5,000 for all its APIs of a region.
   * @default { rateLimit: 2000, burstLimit: 2000 }
   */
  readonly throttle?: Throttle;
  /**
   * Batches that are consumed at once, 2 to 1,000. This is where load on the table is limited, never at the front door.
   * @default 20
   */
  readonly consumerMaxConcurrency?: number;
  /**
   * E-mail addresses that the alarms are sent to. Each must confirm the subscription.
   * @default none: subscribe to the topic of the output `AlarmTopicArn` yourself
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Raises an alarm when no webhook was accepted for so many hours, 1 to 168. For stages that are never quiet.
   * @default no such alarm
   */
  readonly silenceAlarmHours?: number;
  /**
   * Twilio's connection overrides, which the webhook URLs of the stack's outputs carry. The default asks for three retries
   * on 5xx, connect and read timeouts; without it Twilio retries a failed connection once and nothing else.
   * @default 'rc=3&rp=5xx,ct,rt'
   * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
   */
  readonly connectionOverrides?: string;
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
  readonly env: Environment | undefined;
  readonly accounts: readonly string[];
  readonly retentionDays: number | undefined;
  readonly logRetention: RetentionDays;
  readonly throttle: Throttle;
  readonly consumerMaxConcurrency: number;
  readonly alarmEmails: readonly string[];
  readonly silenceAlarmHours: number | undefined;
  readonly connectionOverrides: string;
}

const namePattern = /^[a-z][a-z0-9-]{0,15}$/;
/** `key=value` pairs, or nothing. Which keys there are is Twilio's business: it reports a bad one as error 11240 to 11243. */
const overridesPattern = /^(?:[a-z]+=[\w,.-]+(?:&[a-z]+=[\w,.-]+)*)?$/;
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
  const stage: Stage = {
    name,
    production: options.production ?? false,
    env: options.env,
    accounts: options.accounts ?? ['main'],
    retentionDays: options.retentionDays,
    logRetention: options.logRetention ?? RetentionDays.THREE_MONTHS,
    throttle: options.throttle ?? { rateLimit: 2000, burstLimit: 2000 },
    consumerMaxConcurrency: options.consumerMaxConcurrency ?? 20,
    alarmEmails: options.alarmEmails ?? [],
    silenceAlarmHours: options.silenceAlarmHours,
    connectionOverrides: options.connectionOverrides ?? 'rc=3&rp=5xx,ct,rt',
  };
  const faults: Faults = [];
  if (!namePattern.test(name)) {
    faults.push(`name is ${JSON.stringify(name)}: it must match ${namePattern.source}`);
  }
  checkNames(faults, 'accounts', stage.accounts);
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
  if (!overridesPattern.test(stage.connectionOverrides)) {
    faults.push(
      `connectionOverrides is ${JSON.stringify(stage.connectionOverrides)}: give key=value pairs joined by &, without #`,
    );
  }
  if (faults.length > 0) {
    throw new Error(`Stage ${JSON.stringify(name)} of lib/stages.ts: ${faults.join('; ')}.`);
  }
  return stage;
};
