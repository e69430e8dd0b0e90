/** The fields of one JSON line of a function's log. */
export type LogFields = Readonly<Record<string, unknown>>;

/** @returns undefined for a line that is not a JSON object */
export const readLogLine = (text: string): LogFields | undefined => {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
};

/** The lines of what a function has printed, without empty ones. */
export const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

/** Whether the line has metrics for CloudWatch (embedded metric format) and is about nothing else. */
export const isMetric = (fields: LogFields): boolean => '_aws' in fields && !('reason' in fields);

/** A field as text; an absent one is empty. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** A field that is a text; anything else is null. */
export const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The name of the error and what the record says about it. */
export const errorText = ({ errorName, detail }: LogFields): string =>
  [errorName, detail].flatMap((part) => (typeof part === 'string' ? [part] : [])).join(', ');

/** Fields that say nothing to a person at a terminal, or that are shown as words. */
const hiddenFields = new Set(['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id']);

/**
 * The other fields of a record, each with a space in front.
 * @param alsoHidden fields that the line shows elsewhere
 */
export const fieldsText = (fields: LogFields, alsoHidden: readonly string[] = []): string =>
  withoutMetrics(Object.entries(fields))
    .filter(([key]) => !hiddenFields.has(key) && !alsoHidden.includes(key))
    .map(([key, value]) => ` ${key}=${textOf(value)}`)
    .join('');

/** The metrics of a record are its last fields. */
const withoutMetrics = <Entry extends readonly [string, unknown]>(entries: readonly Entry[]): readonly Entry[] => {
  const at = entries.findIndex(([key]) => key === '_aws');
  return at === -1 ? entries : entries.slice(0, at);
};

/** The lines of a stack trace that are in the user's files. */
export const framesOf = (stack: unknown): readonly string[] =>
  textOf(stack)
    .split('\n')
    .filter((line) => /^ +at /.test(line) && !/node:internal|runtime\.cjs|node_modules/.test(line))
    .map((line) => `  ${line}`);
