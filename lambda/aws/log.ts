import type { FunctionName, HandlerServiceName } from '../shared/contract/function-names';
import {
  metricNamespace,
  metricUnits,
  serviceDimension,
  stageDimension,
  type MetricName,
} from '../shared/contract/metric-names';
import type { Log, LogFields, LogLevel, Metrics } from '../shared/runtime/ports';

/** Every log field, in the order of the line. A record, because that does not compile if a field is missing. */
const loggedFields: Readonly<Record<keyof LogFields, true>> = {
  requestId: true,
  route: true,
  method: true,
  status: true,
  reason: true,
  detail: true,
  account: true,
  messageSid: true,
  kind: true,
  eventId: true,
  bytes: true,
  durationMs: true,
  sourceIp: true,
  userAgent: true,
  tokenSlot: true,
  staleSecret: true,
  duplicate: true,
  messageId: true,
  receiveCount: true,
  errorName: true,
  serviceStatus: true,
};
const fieldNames = Object.keys(loggedFields) as readonly (keyof LogFields)[];
const maxUserAgentLength = 200;

/** Values that nearly every webhook has. A line at level INFO leaves them out. */
const usualValues: Partial<Record<keyof LogFields, unknown>> = {
  method: 'POST',
  userAgent: 'TwilioProxy/1.1',
  tokenSlot: 'current',
  staleSecret: false,
  receiveCount: 1,
};

/**
 * How long a line at level INFO waits for the metrics of its invocation. Nobody waits for such a line, but its process
 * may be killed.
 */
const longestWaitMs = 200;

type Service = FunctionName | HandlerServiceName;
type Line = Record<string, unknown>;

/** The lines of a function that has metrics. */
export interface Lines {
  /**
   * Writes a line with the fields of `LogFields` only, whatever object a caller passes. A line above INFO is written at
   * once, with what was counted so far. A line at level INFO waits for the metrics until the next line or `flush`.
   */
  readonly log: Log;
  /** Writes a line of a handler's own words and fields, without metrics. */
  readonly handlerLog: (message: string, fields: Readonly<Record<string, string | number | boolean>>) => void;
  readonly metrics: Metrics & { flush(): void };
}

/** Of all lines of this process: what waits when it ends by itself, also by an error that nobody catches. */
const flushes: (() => void)[] = [];
process.once('exit', () => {
  for (const flush of flushes) flush();
});

/**
 * Creates the log and the metrics of a function. A line of JSON has both: CloudWatch makes the metrics from it
 * (embedded metric format). The lines go to standard output and not to `console`, which Lambda's JSON log format would
 * wrap: then CloudWatch would find no metrics.
 */
export const createLines = (service: Service, stage: string): Lines => {
  let counts = new Map<MetricName, number>();
  let waiting: Line | undefined;
  let timer: NodeJS.Timeout | undefined;

  const takeWaiting = (): Line | undefined => {
    const line = waiting;
    waiting = undefined;
    clearTimeout(timer);
    return line;
  };
  const writeWaiting = (): void => {
    const line = takeWaiting();
    if (line !== undefined) write(line);
  };
  const takeMetrics = (): Line => {
    if (counts.size === 0) return {};
    const taken = counts;
    counts = new Map();
    return metricFields(taken, stage);
  };

  const flush = (): void => {
    if (waiting === undefined && counts.size === 0) return;
    write({ ...(takeWaiting() ?? { service }), ...takeMetrics() });
  };
  flushes.push(flush);

  return {
    log: (level, fields) => {
      writeWaiting();
      const line = lineOf(service, level, fields);
      if (level === 'info') {
        waiting = line;
        timer = setTimeout(writeWaiting, longestWaitMs).unref();
      } else write({ ...line, ...takeMetrics() });
    },
    handlerLog: (message, fields) => {
      writeWaiting();
      const own = { level: levels.info, service, message };
      // First and last: in this order, and not overwritten by a handler's fields.
      write({ ...own, ...fields, ...own });
    },
    metrics: {
      count: (name, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value),
      flush,
    },
  };
};

/** Creates the log of a function without metrics. */
export const createLog =
  (service: Service): Log =>
  (level, fields) =>
    write(lineOf(service, level, fields));

const lineOf = (service: Service, level: LogLevel, fields: LogFields): Line => {
  const line: Line = { level: levels[level], service };
  for (const name of fieldNames) {
    const value = fields[name];
    if (value !== undefined && (level !== 'info' || value !== usualValues[name])) line[name] = value;
  }
  if (fields.userAgent !== undefined && line['userAgent'] !== undefined) {
    line['userAgent'] = fields.userAgent.slice(0, maxUserAgentLength);
  }
  // The id of an incoming message is its SID.
  if (fields.eventId === fields.messageSid) delete line['eventId'];
  return line;
};

const levels = { info: 'INFO', warn: 'WARN', error: 'ERROR' } as const satisfies Record<LogLevel, string>;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const metricFields = (counts: ReadonlyMap<MetricName, number>, stage: string): Line => ({
  _aws: {
    Timestamp: Date.now(),
    CloudWatchMetrics: [
      {
        Namespace: metricNamespace,
        Dimensions: [[serviceDimension, stageDimension]],
        Metrics: Array.from(counts.keys(), (Name) => ({ Name, Unit: metricUnits[Name] ?? 'Count' })),
      },
    ],
  },
  [stageDimension]: stage,
  ...Object.fromEntries(counts),
});

const write = (line: Line): void => void process.stdout.write(`${jsonOf(line)}\n`);

/** JavaScript can give a handler's log a value that JSON does not have, such as a BigInt. */
const jsonOf = (line: Line): string => {
  try {
    return JSON.stringify(line);
  } catch {
    return JSON.stringify(Object.fromEntries(Object.entries(line).map(([name, value]) => [name, String(value)])));
  }
};
