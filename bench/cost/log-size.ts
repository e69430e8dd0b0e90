/** The function's logging configuration in the template. */
export interface LoggingConfig {
  readonly LogFormat?: 'Text' | 'JSON';
  readonly SystemLogLevel?: 'DEBUG' | 'INFO' | 'WARN';
}

/** CloudWatch Logs counts this many bytes for each event in addition to its text. */
const bytesPerEvent = 26;

export const eventBytes = (text: string): number => Buffer.byteLength(text) + bytesPerEvent;

export const linesBytes = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + eventBytes(line), 0);

const id = '6f2d8c1e-3b7a-4c52-9d0e-5a1b2c3d4e5f';
const time = '2026-11-24T10:00:00.123Z';
const trace = '1-65c1a0b2-0123456789abcdef01234567';

const textLines = (tracing: boolean): readonly string[] => [
  `START RequestId: ${id} Version: $LATEST`,
  `END RequestId: ${id}`,
  `REPORT RequestId: ${id}\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 96 MB\t` +
    (tracing ? `\nXRAY TraceId: ${trace}\tSegmentId: 0123456789abcdef\tSampled: true\t` : ''),
];

const jsonLines = (tracing: boolean): readonly string[] => [
  JSON.stringify({
    time,
    type: 'platform.start',
    record: { requestId: id, version: '$LATEST', ...(tracing ? { tracing: tracingRecord } : {}) },
  }),
  JSON.stringify({
    time,
    type: 'platform.report',
    record: {
      requestId: id,
      metrics: { durationMs: 12.345, billedDurationMs: 13, memorySizeMB: 512, maxMemoryUsedMB: 96 },
      ...(tracing ? { tracing: tracingRecord } : {}),
      status: 'success',
    },
  }),
];

const tracingRecord = { spanId: '0123456789abcdef', type: 'X-Amzn-Trace-Id', value: `Root=${trace};Sampled=1` };

/**
 * The lines that Lambda itself writes for a successful invocation.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
 */
export const platformLines = (logging: LoggingConfig | undefined, tracing: boolean): readonly string[] => {
  if (logging?.LogFormat !== 'JSON') return textLines(tracing);
  // WARN leaves out start and report, INFO is the default.
  return logging.SystemLogLevel === 'WARN' ? [] : jsonLines(tracing);
};

/** What API Gateway writes for an accepted SMS. Variables that have no value are `-`. */
const accessLogValues: Readonly<Record<string, string>> = {
  requestId: 'JKJaXmPLvHcESHA=',
  extendedRequestId: 'JKJaXmPLvHcESHA=',
  requestTime: '24/Nov/2026:10:00:00 +0000',
  requestTimeEpoch: '1795514400000',
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  routeKey: 'ANY /messages',
  path: '/prod/messages',
  httpMethod: 'POST',
  protocol: 'HTTP/1.1',
  status: '200',
  'error.message': '-',
  'error.responseType': '-',
  integrationStatus: '200',
  'integration.status': '200',
  'integration.error': '-',
  'integration.requestId': id,
  integrationErrorMessage: '-',
  integrationLatency: '14',
  'integration.latency': '14',
  responseLatency: '16',
  responseLength: '11',
  dataProcessed: '902',
  'identity.sourceIp': '203.0.113.10',
  'identity.userAgent': 'TwilioProxy/1.1',
  domainName: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
};

/** @throws Error for a variable without a value here, which would make the line too short */
export const accessLogLine = (format: string): string =>
  format.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => {
    const value = accessLogValues[name];
    if (value === undefined) throw new Error(`The access log contains $context.${name}, whose length is not known.`);
    return value;
  });

interface EmbeddedMetrics {
  readonly _aws?: {
    readonly CloudWatchMetrics?: readonly { readonly Metrics: readonly { readonly Name: string }[] }[];
  };
}

/** The names of the metrics that CloudWatch makes of the lines. */
export const metricsIn = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(
    lines.flatMap((line) => {
      // Bundles write JSON only.
      const { _aws } = JSON.parse(line) as EmbeddedMetrics;
      return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
    }),
  );
