import { routeNames, type RouteName } from '../../../lambda/shared/contract/routes';
import { CliError } from '../../terminal/cli-error';
import { parseJson, isObject, textIn, type JsonObject } from '../../json-fields';

/** A log line of ingress about one request. It contains no body, query or signature. */
export interface LogLine {
  readonly reason: string;
  readonly detail: string | undefined;
  /** The last six characters of the account SID. */
  readonly account: string | undefined;
  readonly route: RouteName | undefined;
  readonly method: string | undefined;
  readonly status: number | undefined;
  /** Of the body. */
  readonly bytes: number | undefined;
}

const numberIn = (line: JsonObject, name: string): number | undefined => {
  const value = line[name];
  return typeof value === 'number' ? value : undefined;
};

const toLogLine = (line: JsonObject): LogLine | undefined => {
  const reason = textIn(line, 'reason');
  if (reason === undefined || !/^[a-z_]{1,40}$/.test(reason)) return undefined;
  const route = textIn(line, 'route');
  return {
    reason,
    detail: textIn(line, 'detail'),
    account: textIn(line, 'account'),
    route: routeNames.find((name) => name === route),
    method: textIn(line, 'method'),
    status: numberIn(line, 'status'),
    bytes: numberIn(line, 'bytes'),
  };
};

/** The JSON of a line, without the time and stream that `aws logs tail` prepends. */
const jsonOf = (line: string): unknown => parseJson(line.slice(Math.max(0, line.indexOf('{'))));

/**
 * Reads one line from a log of ingress.
 * @param entry which of the lines with a reason, counted from 0; undefined takes the only one
 * @throws CliError for no line, or for several without `entry`
 */
export const parseLogLine = (input: Buffer, entry: number | undefined): LogLine => {
  const text = input.toString('utf8');
  const whole = parseJson(text);
  const objects = (whole === undefined ? text.split('\n').map(jsonOf) : [whole]).filter(isObject);
  const lines = objects.map(toLogLine).filter((line) => line !== undefined);
  const chosen = entry === undefined ? lines[0] : lines[entry];
  if (chosen === undefined || (entry === undefined && lines.length > 1)) {
    throw new CliError(
      lines.length === 0
        ? 'The log has no line of ingress: JSON with a `reason`, one request per line.'
        : `The log has ${lines.length} lines of requests: choose one with --entry 0 to ${lines.length - 1}.`,
      2,
    );
  }
  return chosen;
};
