import { connectionOverridesFault } from '../../../lambda/shared/contract/connection-overrides';
import { isObject, type JsonObject } from '../../json-fields';
import { CliError } from '../../terminal/cli-error';
import type { TwilioConfig, TwilioStageConfig } from './config';

const sid = (prefix: string) => new RegExp(`^${prefix}[0-9a-fA-F]{32}$`);
const phoneNumber = {
  form: /^(?:\+[1-9]\d{6,14}|PN[0-9a-fA-F]{32})$/,
  allowed: 'E.164 or PN and 32 hex digits',
};
const service = { form: sid('MG'), allowed: 'MG and 32 hex digits' };

/** Returns undefined for a valid value, otherwise what is allowed. */
type CheckValue = (value: unknown) => string | undefined;

const text =
  (form: RegExp, allowed: string): CheckValue =>
  (value) =>
    typeof value === 'string' && form.test(value) ? undefined : allowed;
const oneOf =
  (...values: readonly unknown[]): CheckValue =>
  (value) =>
    values.includes(value) ? undefined : values.map((allowed) => JSON.stringify(allowed)).join(', ');
const url: CheckValue = text(/^\S+$/, 'a URL');
const statusCallback: CheckValue = (value) => (typeof value === 'boolean' ? undefined : url(value));
const overrides: CheckValue = (value) => (typeof value === 'string' ? connectionOverridesFault(value) : 'a string');
const inbound = { messagesUrl: url, fallbackUrl: url };

interface Shape {
  readonly required: Readonly<Record<string, CheckValue>>;
  readonly optional: Readonly<Record<string, CheckValue>>;
}

const shapes = {
  phoneNumbers: {
    required: { number: text(phoneNumber.form, phoneNumber.allowed) },
    optional: { ...inbound, statusCallback },
  },
  messagingServices: {
    required: { service: text(service.form, service.allowed) },
    optional: { ...inbound, statusCallback },
  },
  usageTriggers: {
    required: {
      usageCategory: text(/^[a-z0-9_-]{1,64}$/, "one of Twilio's usage categories, for example totalprice"),
      triggerValue: text(/^\+?\d{1,12}(?:\.\d{1,6})?$/, "a decimal in quotes, for example '+50'"),
    },
    optional: {
      triggerBy: oneOf('price', 'usage', 'count'),
      recurring: oneOf('daily', 'monthly', 'yearly', 'alltime'),
    },
  },
} as const satisfies Readonly<Record<string, Shape>>;

const stageShape = {
  connectionOverrides: overrides,
  fallbackUrl: url,
  httpAuthentication: oneOf('none', 'basic', 'digest'),
};

type ReportProblem = (path: string, allowed: string) => void;

const checkKeys = (
  path: string,
  value: JsonObject,
  { required, optional }: Shape,
  report: ReportProblem,
  others: readonly string[] = [],
): void => {
  const known = { ...required, ...optional };
  for (const [key, entry] of Object.entries(value)) {
    const check = Object.hasOwn(known, key) ? known[key] : undefined;
    if (check === undefined) {
      if (!others.includes(key))
        report(`${path}.${key}`, `known keys: ${[...Object.keys(known), ...others].join(', ')}`);
    } else if (entry !== undefined) {
      const allowed = check(entry);
      if (allowed !== undefined) report(`${path}.${key}`, `allowed: ${allowed}`);
    }
  }
  for (const key of Object.keys(required)) {
    if (value[key] === undefined) report(`${path}.${key}`, 'it is required');
  }
};

const checkAccount = (path: string, account: unknown, report: ReportProblem): void => {
  if (!isObject(account)) {
    report(path, 'allowed: an object');
    return;
  }
  for (const [key, list] of Object.entries(account)) {
    if (!Object.hasOwn(shapes, key) || !Array.isArray(list)) {
      report(`${path}.${key}`, `known keys, each a list: ${Object.keys(shapes).join(', ')}`);
      continue;
    }
    const name = key as keyof typeof shapes; // Checked by hasOwn above.
    const shape: Shape = shapes[name];
    const short = Object.keys(shape.required)[0] ?? '';
    const seen = new Set<unknown>();
    for (const [at, item] of (list as readonly unknown[]).entries()) {
      const itemPath = `${path}.${key}[${at}]`;
      // A string is short for an object with its first key.
      const full = typeof item === 'string' && name !== 'usageTriggers' ? { [short]: item } : item;
      if (!isObject(full)) report(itemPath, 'allowed: a string or an object');
      else checkKeys(itemPath, full, shape, report);
      const identity = isObject(full) && name !== 'usageTriggers' ? full[short] : JSON.stringify(full);
      if (seen.has(identity)) report(itemPath, 'it is listed twice');
      seen.add(identity);
    }
  }
};

/**
 * Checks what `twilio.config.ts` exports, because it is loaded without a type check.
 * @throws CliError with every problem at once; without values, which may be phone numbers
 */
export const checkTwilioConfig = (config: unknown): TwilioConfig => {
  const problems: string[] = [];
  const report: ReportProblem = (path, allowed) => void problems.push(`${path}: ${allowed}`);
  if (!isObject(config)) {
    throw new CliError('twilio.config.ts must export twilioConfig, made with defineTwilioConfig({ … }).', 2);
  }
  for (const [stage, value] of Object.entries(config)) {
    if (!isObject(value)) {
      report(stage, 'allowed: an object');
      continue;
    }
    checkKeys(stage, value, { required: {}, optional: stageShape }, report, ['accounts']);
    if (isObject(value['accounts'])) {
      for (const [name, account] of Object.entries(value['accounts'])) {
        checkAccount(`${stage}.accounts.${name}`, account, report);
      }
    } else report(`${stage}.accounts`, 'allowed: an object, by account name');
  }
  if (problems.length > 0) throw new CliError(`twilio.config.ts: ${problems.join('\n  ')}`, 2);
  // Every key was checked above.
  return config as TwilioConfig;
};

/** @throws CliError if the file does not have the stage */
export const stageConfig = (config: TwilioConfig, stage: string): TwilioStageConfig => {
  const found = Object.hasOwn(config, stage) ? config[stage] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(config);
  throw new CliError(
    `twilio.config.ts has no stage ${stage}${known.length === 0 ? '' : ` (only ${known.join(', ')})`}. ` +
      'Add it: the file has an example.',
    2,
  );
};
