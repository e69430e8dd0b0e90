import type { Colors } from 'picocolors/types';
import { fieldsText, framesOf, textOf, type LogFields } from '../monitor/log-record';
import { indent, timeText } from './webhook-lines';
import { visibleText } from '../../characters/visible-text';

/** A record of a function's log that is not about one webhook, for a person. */
export const recordLines = (
  functionName: string,
  record: LogFields,
  { at, paint }: { readonly at: Date; readonly paint: Colors },
): readonly string[] => {
  const level = textOf(record['level']);
  const name = nameOf(functionName, record);
  // The gateway's own records have a reason, those of Lambda a message.
  const message = textOf(record['message'] ?? record['reason']);
  const fields = fieldsText(record, [...ownFields, ...(record['message'] === undefined ? ['reason'] : [])]);
  const text = visibleText(`${name}:${message === '' ? '' : ` ${message}`}${fields}`);
  const frames = framesOf(record['stack']).map((frame) => `${indent}${visibleText(frame)}`);
  return [`${paint.dim(timeText(at))}  ${levelText(level, paint)}${text}`, ...frames];
};

/** A line of a function's output that is not a record. */
export const plainLine = (
  functionName: string,
  line: string,
  { at, paint }: { readonly at: Date; readonly paint: Colors },
): string => `${paint.dim(timeText(at))}  ${visibleText(`${shortName(functionName)}: ${line}`)}`;

/** Whether a record reports that something is wrong. */
export const isProblem = ({ level }: LogFields): boolean => level === 'ERROR' || level === 'WARN';

/** Shown by the name of the function, or as the lines of the stack. */
const ownFields = ['function', 'stack'];

const levelText = (level: string, paint: Colors): string => {
  if (level === 'ERROR') return `${paint.red('error')} `;
  return level === 'WARN' ? `${paint.yellow('warning')} ` : '';
};

/** The gateway's functions call themselves by their service; Lambda's own report names the function. */
const nameOf = (functionName: string, { service, function: named }: LogFields): string => {
  if (typeof named === 'string') return shortName(named);
  return typeof service === 'string' && service !== '' ? service : shortName(functionName);
};

/** A logical id without the hash at its end. */
const shortName = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
