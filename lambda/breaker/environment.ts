import { triggerFaults, type BreakerTrigger } from '../shared/breaker-trigger';

/** The breaker function's environment: the stack sets exactly these, the handler reads exactly these. */
export interface BreakerEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  readonly BREAKER_QUEUE_URL: string;
  /** Where people are told. */
  readonly TOPIC_ARN: string;
  readonly BREAKER_SECRET_ARN: string;
  /** JSON, an array of `BreakerTrigger`. */
  readonly BREAKER_TRIGGERS: string;
  /** `true` decides and does nothing; only `false` acts. */
  readonly DRY_RUN: string;
  /** Seconds before the first retry. */
  readonly RETRY_DELAY_SECONDS: string;
}

/**
 * Set by hand only: where Twilio's REST API is, for tests and drills against a stand-in; `https:`, or `http:` on loopback.
 * The parent account's credentials go there.
 */
export const twilioApiBaseUrlVariable = 'TWILIO_API_BASE_URL';

export interface BreakerSettings {
  readonly stageName: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly topicArn: string;
  readonly secretArn: string;
  readonly triggers: readonly BreakerTrigger[];
  readonly dryRun: boolean;
  readonly retryDelaySeconds: number;
  readonly twilioApiBaseUrl: string | undefined;
}

/**
 * @throws Error that names every fault at once, so that a deployment is repaired in one go
 */
export const parseBreakerEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): BreakerSettings => {
  const faults: string[] = [];
  const text = (name: keyof BreakerEnvironment): string => {
    const value = env[name] ?? '';
    if (value === '') faults.push(`${name} is not set`);
    return value;
  };
  const matching = (name: keyof BreakerEnvironment, form: RegExp, allowed: string): string => {
    const value = text(name);
    if (value !== '' && !form.test(value)) faults.push(`${name} is "${value}", allowed is ${allowed}`);
    return value;
  };
  const settings: BreakerSettings = {
    stageName: text('STAGE_NAME'),
    tableName: text('TABLE_NAME'),
    queueUrl: matching('BREAKER_QUEUE_URL', /^https?:\/\//, 'a queue URL (https://…)'),
    topicArn: text('TOPIC_ARN'),
    secretArn: matching('BREAKER_SECRET_ARN', /^arn:[\w-]+:secretsmanager:\S+$/, 'the ARN of a secret'),
    triggers: readTriggers(text('BREAKER_TRIGGERS'), faults),
    // Everything but a clear `false` is a fault, so that no misspelling makes it act.
    dryRun: matching('DRY_RUN', /^(?:true|false)$/, 'true or false') !== 'false',
    retryDelaySeconds: Number(matching('RETRY_DELAY_SECONDS', /^\d{1,2}$/, 'a whole number from 0 to 99')),
    twilioApiBaseUrl: env[twilioApiBaseUrlVariable],
  };
  if (faults.length > 0) {
    throw new Error(`The breaker's environment is wrong: ${faults.join('; ')}. Deploy the stack again.`);
  }
  return settings;
};

const readTriggers = (json: string, faults: string[]): readonly BreakerTrigger[] => {
  if (json === '') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    parsed = undefined;
  }
  if (!Array.isArray(parsed) || parsed.some((one) => typeof one !== 'object' || one === null)) {
    faults.push('BREAKER_TRIGGERS is no JSON array of objects');
    return [];
  }
  // Objects of whatever keys; the check below says whether they are triggers.
  const triggers = parsed as readonly Readonly<Record<keyof BreakerTrigger, unknown>>[];
  triggers.forEach((trigger, at) => {
    for (const fault of triggerFaults(trigger)) faults.push(`BREAKER_TRIGGERS[${at}].${fault}`);
  });
  return triggers as readonly BreakerTrigger[];
};
