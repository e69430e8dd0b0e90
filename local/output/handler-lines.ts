import { resolve, sep } from 'node:path';
import type { FunctionConfiguration } from '../functions/execution-environment';

type Fields = Readonly<Record<string, unknown>>;

/** The name of a handler's subscription; undefined for the gateway's own functions. */
export const handlerName = ({ environment }: Pick<FunctionConfiguration, 'environment'>): string | undefined =>
  environment['HANDLER_NAME'];

/**
 * What a handler printed, for the terminal: its own lines, and one for each event that it handled.
 * @param event of the invocation that printed it
 */
export const handlerLines = (
  { modulePath, environment }: Pick<FunctionConfiguration, 'modulePath' | 'environment'>,
  text: string,
  event: unknown,
): readonly string[] => {
  const name = handlerName({ environment }) ?? '';
  // Paths of the source map are relative to the bundle, two folders below.
  const sourceRoot = resolve(modulePath, '..', '..', '..') + sep;
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => lineOf(name, line, event))
    .map((line) => line.replaceAll(sourceRoot, ''))
    .map(withoutControlCharacters);
};

const lineOf = (name: string, line: string, event: unknown): readonly string[] => {
  const fields = readJson(line);
  if (fields === undefined) return [`  ${[name, onlySid(event)].filter(Boolean).join(' ')}: ${line}`];
  // Metrics.
  if ('_aws' in fields) return [];
  if (fields['service'] === 'lambda') {
    return [`  ${name}: ${textOf(fields['message'])}`, ...framesOf(fields['stack'])];
  }
  const sid = shortSid(fields['messageSid']) ?? onlySid(event) ?? '';
  const outcome = outcomes[textOf(fields['message'])];
  if (outcome !== undefined && fields['eventId'] !== undefined) {
    return [
      outcome({ name, about: sid === '' ? textOf(fields['eventId']) : sid, fields, afterMs: ageOf(fields, event) }),
    ];
  }
  return [`  ${[name, sid].filter(Boolean).join(' ')}: ${textOf(fields['message'])}${otherFieldsText(fields)}`];
};

interface Outcome {
  readonly name: string;
  /** The message, or the id of an event that has none. */
  readonly about: string;
  readonly fields: Fields;
  /** Milliseconds since the webhook. */
  readonly afterMs: number | undefined;
}

const outcomes: Readonly<Record<string, (outcome: Outcome) => string>> = {
  handled: ({ name, about, fields, afterMs }) =>
    `${name} handled ${about} in ${textOf(fields['durationMs'])} ms` +
    (afterMs === undefined ? '' : ` (${afterMs} ms after the webhook)`),
  duplicate: ({ name, about }) => `${name} had handled ${about} before`,
  failed: ({ name, about, fields }) =>
    `${name} failed on ${about}, receive ${textOf(fields['receiveCount'])}: ${reasonOf(fields)}`,
  dead_letter: ({ name, about, fields }) => `${name} made ${about} a dead letter: ${reasonOf(fields)}`,
};

const reasonOf = ({ errorName, detail }: Fields): string =>
  [errorName, detail].flatMap((part) => (typeof part === 'string' ? [part] : [])).join(', ');

/** The time since the gateway received the webhook of an event. */
const ageOf = ({ eventId }: Fields, event: unknown): number | undefined => {
  const found = eventsOf(event).find(({ id }) => id === eventId);
  const receivedAt = Date.parse(textOf(found?.['time']));
  return Number.isNaN(receivedAt) ? undefined : Date.now() - receivedAt;
};

/** The SID of the one message of an invocation. A reply function's event is the message. */
const onlySid = (event: unknown): string | undefined => {
  const asked = shortSid((event as { readonly messageSid?: unknown } | null | undefined)?.messageSid);
  if (asked !== undefined) return asked;
  const events = eventsOf(event);
  return events.length === 1 ? shortSid(events[0]?.['subject']) : undefined;
};

const eventsOf = (event: unknown): readonly Fields[] => {
  const records = (event as { readonly Records?: unknown } | null | undefined)?.Records;
  if (!Array.isArray(records)) return [];
  return (records as readonly { readonly body?: unknown }[]).flatMap(({ body }): readonly Fields[] => {
    const found = readJson(textOf(body));
    return found === undefined ? [] : [found];
  });
};

const shortSid = (sid: unknown): string | undefined =>
  typeof sid === 'string' && /^[A-Z]{2}[0-9a-f]{32}$/.test(sid) ? `${sid.slice(0, 2)}…${sid.slice(-4)}` : undefined;

/** Fields that every line has, or that the line shows elsewhere. */
const hiddenFields = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'messageSid',
  'eventId',
  'receiveCount',
]);

const otherFieldsText = (fields: Fields): string =>
  Object.entries(fields)
    .filter(([key]) => !hiddenFields.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');

/** The lines of a stack trace that are in the user's files. */
const framesOf = (stack: unknown): readonly string[] =>
  textOf(stack)
    .split('\n')
    .filter((line) => /^ +at /.test(line) && !/node:internal|runtime\.cjs|node_modules/.test(line))
    .map((line) => `  ${line}`);

const readJson = (text: string): Fields | undefined => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** Control characters stay out of the terminal. */
export const withoutControlCharacters = (line: string): string => line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
