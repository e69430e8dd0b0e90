import type { HandlerRun, MonitorEvent } from '../../../../local/monitor/gateway-monitor';
import { createRecorder } from '../../../../local/monitor/recorder';
import { answeredRequest } from './fake-request';

const noReason = { reason: null, detail: null };
const run = (changes: Partial<HandlerRun> = {}): HandlerRun => ({
  at: '2026-03-01T10:31:07Z',
  handler: 'Replies',
  eventId: 'e1',
  subject: null,
  outcome: 'handled',
  durationMs: 5,
  receiveCount: 1,
  error: null,
  ...changes,
});

test('a refused request is kept as it arrived, with its reason', () => {
  const { monitor, refused } = createRecorder();
  const body = Buffer.from('a=1');
  refused(answeredRequest('r1', { status: 403, body, url: '/dev/messages?b=%20' }), {
    reason: 'signature_mismatch',
    detail: 'hint',
  });
  expect(monitor.refused()).toEqual([
    {
      id: 'r1',
      at: '2026-03-01T10:31:07.000Z',
      method: 'POST',
      url: '/dev/messages?b=%20',
      headers: [
        ['Host', 'x'],
        ['X-Twice', '1'],
        ['X-Twice', '2'],
      ],
      body,
      isBodyCut: false,
      status: 403,
      reason: 'signature_mismatch',
      detail: 'hint',
      durationMs: 12.3,
    },
  ]);
});

test('the last 200 refused requests and the last 500 runs are kept, the newest first; the counts have all', () => {
  const { monitor, refused, handlerRan } = createRecorder();
  for (let at = 0; at < 300; at += 1) refused(answeredRequest(`r${at}`, { status: 404 }), noReason);
  for (let at = 0; at < 600; at += 1) handlerRan(run({ eventId: `e${at}` }));
  expect(monitor.refused()).toHaveLength(200);
  expect(monitor.refused()[0]?.id).toBe('r299');
  expect(monitor.runs()).toHaveLength(500);
  expect(monitor.runs()[0]?.eventId).toBe('e599');
  expect(monitor.counts()).toEqual({
    refused: [{ reason: '404', count: 300 }],
    handlers: [{ name: 'Replies', handled: 600, failed: 0, deadLetters: 0 }],
  });
});

test('a large body is kept up to the limit of the routes, in memory of its own', () => {
  const { monitor, refused } = createRecorder();
  const large = Buffer.alloc(1024 * 1024, 'x');
  refused(answeredRequest('r1', { status: 413, body: large }), noReason);
  const [kept] = monitor.refused();
  expect(kept?.body).toHaveLength(256 * 1024);
  expect(kept?.body.buffer).not.toBe(large.buffer);
  expect(kept?.isBodyCut).toBe(true);
});

test('counts are by handler and outcome, and by reason with the most frequent first', () => {
  const { monitor, refused, handlerRan } = createRecorder();
  refused(answeredRequest('r1', { status: 404 }), noReason);
  for (const id of ['r2', 'r3'])
    refused(answeredRequest(id, { status: 403 }), { ...noReason, reason: 'account_mismatch' });
  handlerRan(run());
  handlerRan(run({ outcome: 'failed' }));
  handlerRan(run({ outcome: 'duplicate' }));
  handlerRan(run({ handler: 'Other', outcome: 'dead_letter' }));
  expect(monitor.counts()).toEqual({
    refused: [
      { reason: 'account_mismatch', count: 2 },
      { reason: '404', count: 1 },
    ],
    handlers: [
      { name: 'Replies', handled: 1, failed: 1, deadLetters: 0 },
      { name: 'Other', handled: 0, failed: 0, deadLetters: 1 },
    ],
  });
});

test('subscribers get events as they happen, until they end their subscription', () => {
  const { monitor, refused, handlerRan } = createRecorder();
  const events: MonitorEvent[] = [];
  const listener = (event: MonitorEvent): void => void events.push(event);
  const end = monitor.subscribe(listener);
  const endOther = monitor.subscribe(listener);
  refused(answeredRequest('r1', { status: 403 }), noReason);
  expect(events.map(({ type }) => type)).toEqual(['refused', 'refused']);
  end();
  handlerRan(run());
  expect(events.map(({ type }) => type)).toEqual(['refused', 'refused', 'run']);
  endOther();
  handlerRan(run());
  expect(events).toHaveLength(3);
});
