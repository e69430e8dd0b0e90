import { setTimeout as sleep } from 'node:timers/promises';
import { accountA, createTestIngress, noAlternates, tokenA, webhookEvent } from './fakes';
import type { PublishOutcome } from '../../../lambda/ingress/ports';

const outcomes: [Exclude<PublishOutcome['kind'], 'ok'>, number, string, string][] = [
  ['failed', 503, 'enqueue_failed', 'EnqueueFailed'],
  ['denied', 500, 'enqueue_denied', 'EnqueueFailed'],
  ['no_queue', 500, 'internal_error', 'InternalError'],
];
test.each(outcomes)(
  'rejects what the queue did not take (%s) with %s',
  async (kind, status, reason, metric) => {
    const gateway = createTestIngress(undefined, {
      publish: () => Promise.resolve({ kind, errorName: 'SomeError', serviceStatus: 418 }),
    });
    const { response, line } = await gateway.send(webhookEvent());
    expect(response.statusCode).toBe(status);
    expect(line).toMatchObject({
      level: 'error',
      fields: { reason, errorName: 'SomeError', serviceStatus: 418 },
    });
    expect(gateway.counts).toEqual({ [metric]: 1 });
  },
);

test('rejects with 500 when a port throws, and never to the runtime', async () => {
  const gateway = createTestIngress(undefined, {
    publish: () => Promise.reject(new RangeError('a message that quotes the body')),
  });
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(500);
  expect(line.fields).toMatchObject({ reason: 'internal_error', errorName: 'RangeError' });
  expect(JSON.stringify(line)).not.toContain('quotes');
});

test('rejects with 503 in time when the queue never answers, and tells it to stop', async () => {
  let signal: AbortSignal | undefined;
  const gateway = createTestIngress(undefined, {
    deadlineMs: 20,
    publish: (_, given) => {
      signal = given;
      return new Promise(() => undefined);
    },
  });
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(503);
  expect(line.fields).toMatchObject({ reason: 'enqueue_failed', errorName: 'TimeoutError' });
  expect(signal?.aborted).toBe(true);
});

test.each(['current', 'alternates'] as const)(
  'rejects with 503 in time when the read of the secret (%s) never answers',
  async (hanging) => {
    const secret = { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates };
    const gateway = createTestIngress(
      { a: { ...secret, [hanging]: 'hangs' } },
      { deadlineMs: 20, readTimeoutMs: 50 },
    );
    const { response, line } = await gateway.send(webhookEvent({ token: 'wrong' }));
    expect(response.statusCode).toBe(503);
    expect(line.fields.reason).toBe('credentials_unavailable');
    expect(gateway.published).toEqual([]);
  },
);

test('rejects with 503 when the read of the secret outlives its own bound', async () => {
  const gateway = createTestIngress(
    { a: { current: 'hangs', alternates: noAlternates } },
    { readTimeoutMs: 20 },
  );
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(503);
  expect(line.fields).toMatchObject({ reason: 'credentials_unavailable', errorName: 'TimeoutError' });
});

test('an answer in time leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await createTestIngress().ingress(webhookEvent());
  await sleep(0);
  expect(timers()).toBeLessThanOrEqual(before);
});
