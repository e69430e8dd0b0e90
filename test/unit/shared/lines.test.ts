import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';
import { createLines, createLog } from '../../../lambda/aws/log';
import { metricNames } from '../../../lambda/shared/contract/metric-names';

const usual = {
  method: 'POST',
  userAgent: 'TwilioProxy/1.1',
  tokenSlot: 'current',
  staleSecret: false,
  receiveCount: 1,
} as const;

let written: string[];
beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  jest.useFakeTimers({ now: 1_770_000_000_000 });
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});
const lines = () => written.map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>);
const start = () => createLines('ingress', 'dev');

test('a line and the metrics of an invocation are one event, in the embedded metric format', () => {
  const { log, metrics } = start();
  metrics.count('Accepted');
  log('info', { reason: 'accepted', requestId: 'request-1' });
  metrics.count('ReplyFallback', 2);
  metrics.count('ReplyFallback');
  metrics.flush();
  expect(written.join('')).toBe(
    '{"level":"INFO","service":"ingress","requestId":"request-1","reason":"accepted",' +
      '"_aws":{"Timestamp":1770000000000,"CloudWatchMetrics":[{"Namespace":"TwilioWebhookGateway",' +
      '"Dimensions":[["service","Stage"]],"Metrics":[{"Name":"Accepted","Unit":"Count"},' +
      '{"Name":"ReplyFallback","Unit":"Count"}]}]},"Stage":"dev","Accepted":1,"ReplyFallback":3}\n',
  );
});

test('a duration has its unit', () => {
  const { metrics } = start();
  metrics.count('CanaryLatency', 120);
  metrics.flush();
  expect(written.join('')).toContain('"Metrics":[{"Name":"CanaryLatency","Unit":"Milliseconds"}]');
});

test('metrics without a line are an event of their own, and an invocation without both writes nothing', () => {
  const { metrics } = start();
  metrics.flush();
  metrics.count('SignatureRejected');
  metrics.flush();
  metrics.flush();
  expect(lines()).toEqual([
    { service: 'ingress', Stage: 'dev', SignatureRejected: 1, _aws: expect.objectContaining({}) },
  ]);
});

test('of a batch, the last line has the metrics, and the lines keep their order', () => {
  const { log, metrics } = start();
  for (const requestId of ['1', '2', '3']) {
    metrics.count('RecordStored');
    log('info', { reason: 'record_stored', requestId });
  }
  metrics.flush();
  expect(lines().map(({ requestId, RecordStored }) => [requestId, RecordStored])).toEqual([
    ['1', undefined],
    ['2', undefined],
    ['3', 3],
  ]);
});

test.each([
  ['warn', 'WARN'],
  ['error', 'ERROR'],
] as const)('a line at level %s is written at once, with what was counted', (level, name) => {
  const { log, metrics } = start();
  log('info', { reason: 'before' });
  metrics.count('RecordFailed');
  log(level, { reason: 'record_failed' });
  expect(lines()).toEqual([
    { level: 'INFO', service: 'ingress', reason: 'before' },
    expect.objectContaining({ level: name, reason: 'record_failed', Stage: 'dev', RecordFailed: 1 }),
  ]);
});

test('a line does not wait longer than a fifth of a second', () => {
  const { log, metrics } = start();
  metrics.count('HandlerSucceeded');
  log('info', { reason: 'handled' });
  jest.advanceTimersByTime(199);
  expect(written).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(lines()).toEqual([{ level: 'INFO', service: 'ingress', reason: 'handled' }]);
  metrics.flush();
  expect(lines()[1]).toMatchObject({ service: 'ingress', HandlerSucceeded: 1 });
});

test('a line without metrics is written at the end of its invocation', () => {
  const { log, metrics } = start();
  log('info', { reason: 'duplicate' });
  metrics.flush();
  expect(lines()).toEqual([{ level: 'INFO', service: 'ingress', reason: 'duplicate' }]);
  metrics.flush();
  expect(written).toHaveLength(1);
});

test('a line waits for its own metrics, however long the line before has waited', () => {
  const { log, metrics } = start();
  log('info', { reason: 'record_stored' });
  jest.advanceTimersByTime(150);
  log('info', { reason: 'record_stored' });
  jest.advanceTimersByTime(150);
  metrics.count('RecordStored', 2);
  metrics.flush();
  expect(lines().map(({ RecordStored }) => RecordStored)).toEqual([undefined, 2]);
});

test.each([
  ['ends', '', 0],
  ['throws an error that nobody catches', "setImmediate(() => { throw new Error('x'); });", 1],
  ['exits', 'process.exit(1);', 1],
])('a process that %s writes the line that waits and the metrics first', (_what, end, status) => {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `
        import { createLines } from './lambda/aws/log';
        const { log, metrics } = createLines('handler-Replies', 'dev');
        metrics.count('HandlerSucceeded');
        log('info', { reason: 'handled' });
        ${end}`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: 'node',
    write: false,
  });
  const ended = spawnSync(process.execPath, ['-e', outputFiles[0]?.text ?? ''], { encoding: 'utf8' });
  expect(ended.status).toBe(status);
  expect(JSON.parse(ended.stdout)).toMatchObject({ reason: 'handled', HandlerSucceeded: 1 });
});

test('values that nearly every webhook has are left out at level INFO only', () => {
  const log = createLog('authorizer');
  log('info', { ...usual, reason: 'accepted' });
  log('info', { method: 'GET', userAgent: 'other', tokenSlot: 'pending', staleSecret: true, reason: 'accepted' });
  log('warn', { ...usual, reason: 'signature_mismatch' });
  expect(lines()).toEqual([
    { level: 'INFO', service: 'authorizer', reason: 'accepted' },
    {
      ...{ level: 'INFO', service: 'authorizer', reason: 'accepted' },
      ...{ method: 'GET', userAgent: 'other', tokenSlot: 'pending', staleSecret: true },
    },
    { level: 'WARN', service: 'authorizer', reason: 'signature_mismatch', ...usual },
  ]);
});

test('an id that is the SID of the message is there once, and a user agent has at most 200 characters', () => {
  const log = createLog('authorizer');
  log('info', { reason: 'a', eventId: 'SM1', messageSid: 'SM1' });
  log('info', { reason: 'a', eventId: 'SM1#sent', messageSid: 'SM1', userAgent: 'x'.repeat(201) });
  expect(lines()).toMatchObject([{ messageSid: 'SM1' }, { eventId: 'SM1#sent', userAgent: 'x'.repeat(200) }]);
  expect(lines()[0]).not.toHaveProperty('eventId');
});

test('a field that is not in the list is not written', () => {
  const fields = { reason: 'accepted', body: 'a text', authorization: 'Basic eDp5' };
  const { log, metrics } = start();
  log('info', fields);
  metrics.flush();
  createLog('authorizer')('error', fields);
  expect(written.join('')).not.toMatch(/a text|Basic/);
});

test("a handler's words are a line of their own, below the line before, and keep the names that are ours", () => {
  const { log, handlerLog, metrics } = start();
  log('info', { reason: 'handled' });
  handlerLog('asked', { price: 3, level: 'x', service: 'y', message: 'z' });
  metrics.flush();
  expect(lines()).toEqual([
    { level: 'INFO', service: 'ingress', reason: 'handled' },
    { level: 'INFO', service: 'ingress', message: 'asked', price: 3 },
  ]);
});

test('a value of a handler that JSON does not have becomes text', () => {
  // A handler in JavaScript may pass any value.
  const fields = { count: 3n as unknown as number };
  start().handlerLog('counted', fields);
  expect(lines()).toEqual([{ level: 'INFO', service: 'ingress', message: 'counted', count: '3' }]);
});

test('all metrics together are fewer than the 100 that one event may have', () => {
  expect(metricNames.length).toBeLessThanOrEqual(100);
  expect(new Set<string>(metricNames).size).toBe(metricNames.length);
});
