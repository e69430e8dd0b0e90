import { accessLogLine, eventBytes, linesBytes, metricsIn, platformLines } from '../../../bench/cost/log-size';

test('an event counts 26 bytes more than its text', () => {
  expect(eventBytes('é')).toBe(28);
  expect(linesBytes(['a', 'b'])).toBe(54);
});

test('an access log has the values of API Gateway, and a variable without a known value is an error', () => {
  expect(accessLogLine('{"status":"$context.status"}')).toBe('{"status":"200"}');
  expect(accessLogLine('$context.identity.sourceIp')).toBe('203.0.113.10');
  expect(() => accessLogLine('$context.authorizer.claims')).toThrow('$context.authorizer.claims');
});

test('Lambda writes its lines by the logging configuration: none with JSON and WARN', () => {
  expect(platformLines(undefined, false).map((line) => line.split(' ')[0])).toEqual(['START', 'END', 'REPORT']);
  expect(platformLines({ LogFormat: 'JSON' }, false)).toHaveLength(2);
  expect(platformLines({ LogFormat: 'JSON', SystemLogLevel: 'WARN' }, true)).toEqual([]);
  expect(linesBytes(platformLines(undefined, true))).toBeGreaterThan(linesBytes(platformLines(undefined, false)));
});

test('the metrics are those that the embedded metric format names', () => {
  const metrics = (...names: string[]) =>
    JSON.stringify({ _aws: { CloudWatchMetrics: [{ Metrics: names.map((Name) => ({ Name })) }] } });
  expect([...metricsIn([metrics('Accepted'), '{"level":"INFO"}', metrics('Accepted', 'Duplicate')])]).toEqual([
    'Accepted',
    'Duplicate',
  ]);
});
