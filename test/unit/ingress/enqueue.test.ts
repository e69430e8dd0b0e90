import { setTimeout as sleep } from 'node:timers/promises';
import { accountA, createTestIngress, noAlternates, tokenA, usage, webhookEvent } from './fakes';
import type { PublishOutcome } from '../../../lambda/ingress/ports';

const outcomes: [Exclude<PublishOutcome['kind'], 'ok'>, number, string, string][] = [
  ['failed', 503, 'enqueue_failed', 'EnqueueFailed'],
  ['denied', 500, 'enqueue_denied', 'EnqueueFailed'],
  ['no_queue', 500, 'internal_error', 'InternalError'],
];
test.each(outcomes)(
  'rejects a webhook that the queue did not accept (%s) with %s',
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

test('rejects with 503 in time when the queue never answers, and aborts the call', async () => {
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

test('answers after 4.1 seconds by default: Event Streams wait for 5', async () => {
  jest.useFakeTimers();
  try {
    const gateway = createTestIngress(undefined, { publish: () => new Promise(() => undefined) });
    let status: number | undefined;
    const answering = gateway.send(webhookEvent()).then(({ response }) => (status = response.statusCode));
    await jest.advanceTimersByTimeAsync(4_099);
    expect(status).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    expect(await answering).toBe(503);
  } finally {
    jest.useRealTimers();
  }
});

test.each(['current', 'alternates'] as const)(
  'rejects with 503 in time when the read of the secret (%s) never answers',
  async (hanging) => {
    const secret = { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates };
    const gateway = createTestIngress({ a: { ...secret, [hanging]: 'hangs' } }, { deadlineMs: 20, readTimeoutMs: 50 });
    const { response, line } = await gateway.send(webhookEvent({ token: 'wrong' }));
    expect(response.statusCode).toBe(503);
    expect(line.fields.reason).toBe('credentials_unavailable');
    expect(gateway.published).toEqual([]);
  },
);

test('rejects with 503 when the read of the secret outlives its own bound', async () => {
  const gateway = createTestIngress({ a: { current: 'hangs', alternates: noAlternates } }, { readTimeoutMs: 20 });
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(503);
  expect(line.fields).toMatchObject({ reason: 'credentials_unavailable', errorName: 'TimeoutError' });
});

describe('a stage with a breaker', () => {
  const ok: PublishOutcome = { kind: 'ok', messageId: 'message-2' };
  const trigger = webhookEvent({ route: 'usage', fields: usage });

  test('a usage trigger is on both queues, with the same bytes, before it is acknowledged', async () => {
    let release = (): void => undefined;
    const held = new Promise<PublishOutcome>((resolve) => (release = () => resolve(ok)));
    const gateway = createTestIngress(undefined, { publishToBreaker: () => held });
    let isAnswered = false;
    const answer = gateway.send(trigger).finally(() => (isAnswered = true));
    await sleep(20);
    expect({ isAnswered, onEventQueue: gateway.published.length }).toEqual({
      isAnswered: false,
      onEventQueue: 1,
    });
    release();
    expect((await answer).response.statusCode).toBe(204);
    expect(gateway.toBreaker).toEqual(gateway.published);
    expect((await answer).line.fields.messageId).toBe('message-1');
  });

  test("no other webhook is on the breaker's queue", async () => {
    const gateway = createTestIngress(undefined, { publishToBreaker: () => Promise.resolve(ok) });
    expect((await gateway.send(webhookEvent())).response.statusCode).toBe(200);
    expect(gateway.published).toHaveLength(1);
    expect(gateway.toBreaker).toEqual([]);
  });

  test('a forged usage trigger is on neither queue', async () => {
    const gateway = createTestIngress(undefined, { publishToBreaker: () => Promise.resolve(ok) });
    const forged = webhookEvent({ route: 'usage', fields: usage, token: 'wrong' });
    expect((await gateway.send(forged)).response.statusCode).toBe(403);
    expect([...gateway.published, ...gateway.toBreaker]).toEqual([]);
  });

  test.each(outcomes)(
    'rejects a usage trigger that its queue did not take (%s) with %s, and says which queue',
    async (kind, status, reason, metric) => {
      const gateway = createTestIngress(undefined, {
        publishToBreaker: () => Promise.resolve({ kind, errorName: 'SomeError', serviceStatus: 418 }),
      });
      const { response, line } = await gateway.send(trigger);
      expect(response.statusCode).toBe(status);
      expect(line).toMatchObject({ level: 'error', fields: { reason, errorName: 'SomeError' } });
      expect(line.fields.detail).toContain('breaker');
      expect(gateway.counts).toEqual({ [metric]: 1 });
    },
  );

  test('rejects a usage trigger that the event queue alone did not take', async () => {
    const gateway = createTestIngress(undefined, {
      publish: () => Promise.resolve({ kind: 'failed', errorName: 'SomeError' }),
      publishToBreaker: () => Promise.resolve(ok),
    });
    const { response, line } = await gateway.send(trigger);
    expect(response.statusCode).toBe(503);
    expect(line.fields).toMatchObject({ reason: 'enqueue_failed', errorName: 'SomeError' });
  });

  test('rejects with 503 in time when its queue never answers', async () => {
    const gateway = createTestIngress(undefined, {
      deadlineMs: 20,
      publishToBreaker: () => new Promise(() => undefined),
    });
    const { response, line } = await gateway.send(trigger);
    expect(response.statusCode).toBe(503);
    expect(line.fields).toMatchObject({ reason: 'enqueue_failed', errorName: 'TimeoutError' });
  });
});
