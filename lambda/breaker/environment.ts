import { queueUrl, readEnvironment, secretArn, type Environment } from '../shared/runtime/environment';
import { triggerFieldProblems, type BreakerTrigger } from '../shared/breaker/breaker-trigger';

/** The breaker function's environment: the stack sets exactly these variables, and the handler reads exactly these. */
export interface BreakerEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  readonly BREAKER_QUEUE_URL: string;
  /** The SNS topic for notifications. */
  readonly TOPIC_ARN: string;
  readonly BREAKER_SECRET_ARN: string;
  /** The file in the bundle's folder with the triggers: a JSON array of `BreakerTrigger`. */
  readonly TRIGGER_FILE: string;
  /** `true` decides and does nothing; only `false` acts. */
  readonly DRY_RUN: string;
  /** Seconds before the first retry. */
  readonly RETRY_DELAY_SECONDS: string;
}

/** Set by hand only, for tests and drills against a fake Twilio. The stack sets neither. */
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

type Name = keyof BreakerEnvironment | (typeof byHand)[keyof typeof byHand];

/** @param readFile the text of a file in the bundle's folder; throws where there is none */
export const parseBreakerEnvironment = (env: Environment, readFile: (name: string) => string): BreakerSettings =>
  readEnvironment<Name, BreakerSettings>('the breaker', env, (reader) => {
    /** Undefined where that is a problem already. */
    const fileText = (name: string): string | undefined => {
      if (name === '') return undefined;
      try {
        return readFile(name);
      } catch {
        reader.problem(`TRIGGER_FILE is "${name}", which is not in the bundle's folder`);
        return undefined;
      }
    };
    const { twilioApiBaseUrl, twilioApiTimeoutMs } = byHand;
    return {
      stageName: reader.text('STAGE_NAME'),
      tableName: reader.text('TABLE_NAME'),
      queueUrl: reader.text('BREAKER_QUEUE_URL', queueUrl),
      topicArn: reader.text('TOPIC_ARN'),
      secretArn: reader.text('BREAKER_SECRET_ARN', secretArn),
      triggers: readTriggers(fileText(reader.text('TRIGGER_FILE')), reader.problem),
      // Anything but `true` and `false` is a problem, so that a misspelling never acts.
      dryRun: reader.text('DRY_RUN', { pattern: /^(?:true|false)$/, allowed: 'true or false' }) !== 'false',
      retryDelaySeconds: reader.wholeNumber('RETRY_DELAY_SECONDS', { min: 0, max: 99 }),
      twilioApiBaseUrl: env[twilioApiBaseUrl],
      twilioApiTimeoutMs:
        env[twilioApiTimeoutMs] === undefined
          ? undefined
          : reader.wholeNumber(twilioApiTimeoutMs, { min: 1, max: 99_999 }),
    };
  });

const readTriggers = (json: string | undefined, problem: (text: string) => void): readonly BreakerTrigger[] => {
  if (json === undefined) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    parsed = undefined;
  }
  if (!Array.isArray(parsed) || parsed.some((entry) => typeof entry !== 'object' || entry === null)) {
    problem('TRIGGER_FILE is not a JSON array of objects');
    return [];
  }
  // Objects with any keys; the check below reports those that are not triggers.
  const triggers = parsed as readonly Readonly<Record<keyof BreakerTrigger, unknown>>[];
  triggers.forEach((trigger, at) => {
    for (const text of triggerFieldProblems(trigger)) problem(`trigger ${at + 1}: ${text}`);
  });
  return triggers as readonly BreakerTrigger[];
};
