import { createActivity } from '../../../../local/monitor/activity';
import type { LogFields } from '../../../../local/monitor/log-record';
import { createRecorder } from '../../../../local/monitor/recorder';
import type { WebhookReport } from '../../../../local/monitor/webhook-report';
import { answeredRequest } from './fake-request';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const start = () => {
  const recorder = createRecorder();
  const reports: WebhookReport[] = [];
  const others: LogFields[] = [];
  const activity = createActivity({
    recorder,
    onWebhook: (report) => reports.push(report),
    onOtherRecord: (record) => others.push(record),
  });
  const shown = () => reports.map(({ requestId, result, reason, detail }) => [requestId, result, reason, detail]);
  return { activity, monitor: recorder.monitor, shown, others };
};

const ingress = (requestId: string, fields: LogFields = {}): LogFields => ({
  service: 'ingress',
  requestId,
  status: 200,
  reason: 'accepted',
  messageId: `q-${requestId}`,
  ...fields,
});
const consumer = (fields: LogFields): LogFields => ({ service: 'consumer', reason: 'record_stored', ...fields });

test.each([
  ['record_stored', 'stored', null],
  ['duplicate', 'duplicate', null],
  ['repeated_text', 'duplicate', 'repeated_text'],
  ['unrecognized_webhook', 'stored', 'unrecognized_webhook'],
  ['other_reading', 'refused', 'other_reading'],
])('an accepted webhook is reported when the consumer has logged %s', (logged, result, reason) => {
  const { activity, shown } = start();
  expect(activity.record(ingress('r1'))).toBe(true);
  activity.answered(answeredRequest('r1'));
  expect(shown()).toEqual([]);
  expect(activity.record(consumer({ requestId: 'r1', reason: logged }))).toBe(true);
  expect(shown()).toEqual([['r1', result, reason, null]]);
  jest.runAllTimers();
  expect(shown()).toHaveLength(1);
});

test('the consumer may be faster than the answer', () => {
  const { activity, shown } = start();
  activity.record(consumer({ requestId: 'r1' }));
  activity.answered(answeredRequest('r1'));
  activity.record(ingress('r1'));
  jest.runAllTimers();
  expect(shown()).toEqual([['r1', 'stored', null, null]]);
});

test('a webhook that waits in the queue is reported as accepted, and again when it is stored', () => {
  const { activity, shown } = start();
  activity.record(ingress('r1'));
  activity.answered(answeredRequest('r1'));
  jest.advanceTimersByTime(2_000);
  expect(shown()).toEqual([['r1', 'accepted', null, null]]);
  activity.record(consumer({ requestId: 'r1' }));
  expect(shown().at(-1)).toEqual(['r1', 'stored', null, null]);
});

test('a failure of the consumer is reported with its webhook, found by the id in the queue', () => {
  const { activity, shown } = start();
  activity.record(ingress('r1'));
  activity.answered(answeredRequest('r1'));
  const failure = { reason: 'record_failed', messageId: 'q-r1', errorName: 'TimeoutError', receiveCount: 1 };
  expect(activity.record(consumer(failure))).toBe(true);
  expect(shown()).toEqual([['r1', 'not_stored_yet', 'record_failed', 'TimeoutError, receive 1']]);
  activity.record(consumer({ requestId: 'r1' }));
  expect(shown().at(-1)).toEqual(['r1', 'stored', null, null]);
  activity.close();
  expect(shown()).toHaveLength(2);
});

test.each([['before'], ['after']])(
  'a refused request gets the reason that ingress has logged %s the answer',
  (order) => {
    const { activity, monitor, shown } = start();
    const record = ingress('r1', { status: 403, reason: 'signature_mismatch', detail: 'hint', messageId: undefined });
    if (order === 'before') activity.record(record);
    activity.answered(answeredRequest('r1', { status: 403 }));
    if (order === 'after') activity.record(record);
    expect(shown()).toEqual([['r1', 'refused', 'signature_mismatch', 'hint']]);
    expect(monitor.refused()).toMatchObject([{ id: 'r1', status: 403, reason: 'signature_mismatch', detail: 'hint' }]);
  },
);

test('a request that the HTTP API refuses itself is reported at once, without a reason', () => {
  const { activity, monitor, shown } = start();
  activity.answered(answeredRequest('r1', { status: 404, route: undefined, isAnsweredByApi: true }));
  expect(shown()).toEqual([['r1', 'refused', null, null]]);
  expect(monitor.refused()).toMatchObject([{ status: 404, reason: null }]);
});

test('of a flood, ingress logs a sample: the other requests are reported without a reason, and none is lost', () => {
  const { activity, monitor, shown } = start();
  for (let at = 0; at < 1_000; at += 1) activity.answered(answeredRequest(`r${at}`, { status: 403 }));
  expect(shown()).toHaveLength(800);
  jest.advanceTimersByTime(500);
  expect(shown()).toHaveLength(1_000);
  expect(monitor.counts().refused).toEqual([{ reason: '403', count: 1_000 }]);
});

test('a route of the app that is no webhook is answered, and not counted', () => {
  const { activity, monitor, shown } = start();
  activity.answered(answeredRequest('r1', { route: 'health', status: 500 }));
  expect(shown()).toEqual([['r1', 'answered', null, null]]);
  expect(monitor.refused()).toEqual([]);
});

test('a request of the fallback lane is followed until it is stored, and not counted as a webhook', () => {
  const { activity, shown, others } = start();
  activity.answered(answeredRequest('r1', { route: 'fallback', status: 204, isAnsweredByApi: true }));
  expect(activity.record(consumer({ requestId: 'r1' }))).toBe(true);
  activity.answered(answeredRequest('r2', { route: 'fallback', status: 429, isAnsweredByApi: true }));
  jest.runAllTimers();
  expect(shown()).toEqual([
    ['r1', 'stored', null, null],
    ['r2', 'answered', null, null],
  ]);
  expect(others).toEqual([]);
});

test('records that are about no request of this gateway are left to others', () => {
  const { activity, others } = start();
  expect(activity.record({ service: 'publisher', reason: 'publish_failed' })).toBe(false);
  expect(activity.record({ service: 'ingress', level: 'WARN', message: 'secret' })).toBe(false);
  expect(activity.record(consumer({ reason: 'record_failed', messageId: 'q-other' }))).toBe(false);
  // Redriven from an earlier run.
  const redriven = consumer({ requestId: 'earlier' });
  expect(activity.record(redriven)).toBe(true);
  jest.advanceTimersByTime(500);
  expect(others).toEqual([redriven]);
});

test('closing reports what still waits', () => {
  const { activity, shown } = start();
  activity.answered(answeredRequest('r1'));
  activity.answered(answeredRequest('r2', { status: 403 }));
  activity.close();
  expect(shown()).toEqual([
    ['r1', 'accepted', null, null],
    ['r2', 'refused', null, null],
  ]);
});

test('at most 10,000 requests are remembered; the oldest is reported when it is forgotten', () => {
  const { activity, shown } = start();
  for (let at = 0; at < 10_001; at += 1) activity.answered(answeredRequest(`r${at}`));
  expect(shown()).toEqual([['r0', 'accepted', null, null]]);
});

test('without lines for webhooks, refused requests still get their reason', () => {
  const { monitor, accepted, refused } = createRecorder();
  const activity = createActivity({
    recorder: { accepted, refused },
    onWebhook: undefined,
    onOtherRecord: () => undefined,
  });
  activity.answered(answeredRequest('r1', { status: 403 }));
  activity.record(ingress('r1', { status: 403, reason: 'account_mismatch' }));
  activity.record(ingress('r2'));
  activity.answered(answeredRequest('r2'));
  expect(monitor.refused()).toMatchObject([{ id: 'r1', reason: 'account_mismatch' }]);
  const { webhooks } = monitor.series(1);
  expect(webhooks.find(({ name }) => name === 'messages')?.values.at(-1)).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
});
