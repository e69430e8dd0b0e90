import { triggerFaults, type BreakerTrigger } from '../shared/breaker/breaker-trigger';

/** The breaker function's environment: the stack sets exactly these, the handler reads exactly these. */
export interface BreakerEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  readonly BREAKER_QUEUE_URL: string;
  /** Where people are told. */
  readonly TOPIC_ARN: string;
  readonly BREAKER_SECRET_ARN: string;
  /** The file beside the bundle with the triggers: JSON, an array of `BreakerTrigger`. */
  readonly TRIGGER_FILE: string;
  /** `true` decides and does nothing; only `false` acts. */
  readonly DRY_RUN: string;
  /** Seconds before the first retry. */
  readonly RETRY_DELAY_SECONDS: string;
}

/** Set by hand only, for tests and drills against a stand-in. The stack sets neither. */
export const byHand = {
  /** Where Twilio's REST API is: `https:`, or `http:` on loopback. The parent account's credentials go there. */
  twilioApiBaseUrl: 'TWILIO_API_BASE_URL',
  /** Milliseconds for one request. */
  twilioApiTimeoutMs: 'TWILIO_API_TIMEOUT_MS',
} as const;

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
  readonly twilioApiTimeoutMs: number | undefined;
}

/**
 * @param readFile the text of a file beside the bundle; throws where it is not there
 * @throws Error that names every fault at once, so that a deployment is repaired in one go
 */
export const parseBreakerEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
  readFile: (name: string) => string,
): BreakerSettings => {
  const faults: string[] = [];
  const text = (name: keyof BreakerEnvironment): string => {
    const value = env[name] ?? '';
    if (value === '') faults.push(`${name} is not set`);
    return value;
  };
  /** Undefined where that is a fault already. */
  const fileText = (name: string): string | undefined => {
    if (name === '') return undefined;
    try {
      return readFile(name);
    } catch {
      faults.push(`TRIGGER_FILE is "${name}", which is not beside the bundle`);
      return undefined;
    }
  };
  const matching = (name: keyof BreakerEnvironment, form: RegExp, allowed: string): string => {
    const value = text(name);
    if (value !== '' && !form.test(value)) faults.push(`${name} is "${value}", allowed is ${allowed}`);
    return value;
  };
  const positive = (name: string): number | undefined => {
    const value = env[name];
    if (value === undefined) return undefined;
    if (!/^[1-9]\d{0,4}$/.test(value)) faults.push(`${name} is "${value}", allowed is 1 to 99999`);
    return Number(value);
  };
  const settings: BreakerSettings = {
    stageName: text('STAGE_NAME'),
    tableName: text('TABLE_NAME'),
    queueUrl: matching('BREAKER_QUEUE_URL', /^https?:\/\//, 'a queue URL (https://…)'),
    topicArn: text('TOPIC_ARN'),
    secretArn: matching('BREAKER_SECRET_ARN', /^arn:[\w-]+:secretsmanager:\S+$/, 'the ARN of a secret'),
    triggers: readTriggers(fileText(text('TRIGGER_FILE')), faults),
    // Everything but a clear `false` is a fault, so that no misspelling makes it act.
    dryRun: matching('DRY_RUN', /^(?:true|false)$/, 'true or false') !== 'false',
    retryDelaySeconds: Number(matching('RETRY_DELAY_SECONDS', /^\d{1,2}$/, 'a whole number from 0 to 99')),
    twilioApiBaseUrl: env[byHand.twilioApiBaseUrl],
    twilioApiTimeoutMs: positive(byHand.twilioApiTimeoutMs),
  };
  if (faults.length > 0) {
    throw new Error(`The breaker's environment is wrong: ${faults.join('; ')}. Deploy the stack again.`);
  }
  return settings;
};

const readTriggers = (json: string | undefined, faults: string[]): readonly BreakerTrigger[] => {
  if (json === undefined) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    parsed = undefined;
  }
  if (!Array.isArray(parsed) || parsed.some((one) => typeof one !== 'object' || one === null)) {
    faults.push('TRIGGER_FILE holds no JSON array of objects');
    return [];
  }
  // Objects of whatever keys; the check below says whether they are triggers.
  const triggers = parsed as readonly Readonly<Record<keyof BreakerTrigger, unknown>>[];
  triggers.forEach((trigger, at) => {
    for (const fault of triggerFaults(trigger)) faults.push(`trigger ${at + 1}: ${fault}`);
  });
  return triggers as readonly BreakerTrigger[];
};
