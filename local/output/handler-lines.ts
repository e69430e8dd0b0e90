import { resolve, sep } from 'node:path';
import type { FunctionConfiguration } from '../functions/execution-environment';
import {
  errorText,
  fieldsText,
  framesOf,
  isMetric,
  linesOf,
  readLogLine,
  textOf,
  type LogFields,
} from '../monitor/log-record';
import { visibleText } from '../../characters/visible-text';

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
  return linesOf(text)
    .flatMap((line) => lineOf(name, line, event))
    .map((line) => line.replaceAll(sourceRoot, ''))
    .map(visibleText);
};

const lineOf = (name: string, line: string, event: unknown): readonly string[] => {
  const fields = readLogLine(line);
  if (fields === undefined) return [`  ${[name, onlySid(event)].filter(Boolean).join(' ')}: ${line}`];
  if (isMetric(fields)) return [];
  if (fields['service'] === 'lambda') {
    return [`  ${name}: ${textOf(fields['message'])}`, ...framesOf(fields['stack'])];
  }
  const sid = shortSid(fields['messageSid']) ?? onlySid(event) ?? '';
  const outcome = fields['message'] === undefined ? outcomes[textOf(fields['reason'])] : undefined;
  if (outcome !== undefined && fields['eventId'] !== undefined) {
    return [
      outcome({ name, about: sid === '' ? textOf(fields['eventId']) : sid, fields, afterMs: ageOf(fields, event) }),
    ];
  }
  return [`  ${[name, sid].filter(Boolean).join(' ')}: ${textOf(fields['message'])}${fieldsText(fields, shownFields)}`];
};

/** Fields of a handler's record that its line shows as words. */
const shownFields = ['requestId', 'messageSid', 'eventId', 'receiveCount'];

interface Outcome {
  readonly name: string;
  /** The message, or the id of an event that has none. */
  readonly about: string;
  readonly fields: LogFields;
  /** Milliseconds since the webhook. */
  readonly afterMs: number | undefined;
}

const outcomes: Readonly<Record<string, (outcome: Outcome) => string>> = {
  handled: ({ name, about, fields, afterMs }) =>
    `${name} handled ${about} in ${textOf(fields['durationMs'])} ms` +
    (afterMs === undefined ? '' : ` (${afterMs} ms after the webhook)`),
  duplicate: ({ name, about }) => `${name} had handled ${about} before`,
  failed: ({ name, about, fields }) =>
    `${name} failed on ${about}, receive ${textOf(fields['receiveCount'])}: ${errorText(fields)}`,
  dead_letter: ({ name, about, fields }) => `${name} made ${about} a dead letter: ${errorText(fields)}`,
};

/** The time since the gateway received the webhook of an event. */
const ageOf = ({ eventId }: LogFields, event: unknown): number | undefined => {
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

const eventsOf = (event: unknown): readonly LogFields[] => {
  const records = (event as { readonly Records?: unknown } | null | undefined)?.Records;
  if (!Array.isArray(records)) return [];
  return (records as readonly { readonly body?: unknown }[]).flatMap(({ body }): readonly LogFields[] => {
    const found = readLogLine(textOf(body));
    return found === undefined ? [] : [found];
  });
};

const shortSid = (sid: unknown): string | undefined =>
  typeof sid === 'string' && /^[A-Z]{2}[0-9a-f]{32}$/.test(sid) ? `${sid.slice(0, 2)}…${sid.slice(-4)}` : undefined;
