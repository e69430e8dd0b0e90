import fc from 'fast-check';
import type { InvokeOutcome, Publisher, ReplyFunction } from '../../../lambda/ingress/ports';
import {
  accountA,
  createTestIngress,
  debuggerEvent,
  messageSid,
  sms,
  status,
  tokenB,
  usage,
  webhookEvent,
} from './fakes';

const replyTo = () => '<static/>';
const empty = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
const ok = (answer: unknown): InvokeOutcome => ({ kind: 'ok', payload: JSON.stringify(answer) });

/** Ingress with a reply function, and what the function was asked. */
const createAsked = (
  answer: (signal: AbortSignal) => Promise<InvokeOutcome>,
  options: Parameters<typeof createTestIngress>[1] & { readonly timeoutMs?: number } = {},
) => {
  const asked: unknown[] = [];
  const replyFunction: ReplyFunction = {
    invoke: (payload, signal) => {
      asked.push(JSON.parse(payload));
      return answer(signal);
    },
    timeoutMs: options.timeoutMs ?? 50,
  };
  return { ...createTestIngress(undefined, { replyTo, replyFunction, ...options }), asked };
};

test('the function is asked once about a message, in the shape of its event', async () => {
  const gateway = createAsked(() => Promise.resolve(ok({ message: 'a < b' })));
  const response = await gateway.ingress(webhookEvent({ query: 'x=1' }));
  expect(response).toMatchObject({
    statusCode: 200,
    body: '<?xml version="1.0" encoding="UTF-8"?><Response><Message>a &lt; b</Message></Response>',
  });
  expect(gateway.asked).toEqual([
    {
      messageSid,
      accountSid: accountA,
      from: sms['From'],
      to: sms['To'],
      body: 'hello',
      media: [],
      conversationId: expect.stringMatching(/^[0-9a-f]{32}$/),
      fallback: false,
      query: 'x=1',
      params: { ApiVersion: '2010-04-01', NumMedia: '0', FromCity: '' },
    },
  ]);
  expect(gateway.counts).toEqual({ Accepted: 1 });
  expect(gateway.lines.map(({ fields }) => fields.reason)).toEqual(['accepted']);
});

test('nothing is answered where the function returns nothing', async () => {
  const gateway = createAsked(() => Promise.resolve(ok(null)));
  expect((await gateway.ingress(webhookEvent())).body).toBe(empty);
  expect(gateway.counts).toEqual({ Accepted: 1 });
});

const problems: readonly (readonly [string, () => Promise<InvokeOutcome>, object])[] = [
  ['never answers', () => new Promise<never>(() => undefined), { detail: 'late' }],
  ['fails', () => Promise.resolve({ kind: 'function_error' }), { detail: 'function_error' }],
  ['is throttled', () => Promise.resolve({ kind: 'throttled', serviceStatus: 429 }), { serviceStatus: 429 }],
  ['returns a number', () => Promise.resolve(ok(7)), { detail: 'wrong_shape' }],
  ['has a client that rejects', () => Promise.reject(new RangeError('+15550100')), { errorName: 'RangeError' }],
];

test.each(problems)('a function that %s gives the static reply, a metric and a line', async (_name, answer, fields) => {
  const gateway = createAsked(answer);
  expect(await gateway.ingress(webhookEvent())).toMatchObject({ statusCode: 200, body: '<static/>' });
  expect(gateway.counts).toEqual({ Accepted: 1, ReplyFallback: 1 });
  expect(gateway.lines).toMatchObject([
    { level: 'warn', fields: { reason: 'reply_fallback', requestId: 'request-1', messageSid, ...fields } },
    { level: 'info', fields: { reason: 'accepted' } },
  ]);
  expect(JSON.stringify(gateway.lines)).not.toContain('+1555');
});

test('without a static reply the fallback is the empty answer', async () => {
  const gateway = createAsked(() => Promise.resolve({ kind: 'function_error' }), { replyTo: () => undefined });
  expect(await gateway.ingress(webhookEvent())).toMatchObject({ statusCode: 200, body: empty });
});

test('the signal of a late invocation aborts', async () => {
  let aborted = false;
  const gateway = createAsked(
    (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => (aborted = true));
      }),
  );
  await gateway.ingress(webhookEvent());
  expect(aborted).toBe(true);
});

describe('the function is not asked', () => {
  const outcomes: readonly (readonly [Exclude<Awaited<ReturnType<Publisher['publish']>>['kind'], 'ok'>, number])[] = [
    ['failed', 503],
    ['denied', 500],
    ['no_queue', 500],
  ];
  test.each(outcomes)('where SQS did not take the message: %s', async (kind, statusCode) => {
    const gateway = createAsked(() => Promise.resolve(ok({ message: 'hi' })), {
      publish: () => Promise.resolve({ kind }),
    });
    expect((await gateway.ingress(webhookEvent())).statusCode).toBe(statusCode);
    expect(gateway.asked).toEqual([]);
  });

  test('before SQS has taken the message', async () => {
    const order: string[] = [];
    const gateway = createAsked(
      () => {
        order.push('asked');
        return Promise.resolve(ok(null));
      },
      {
        publish: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push('taken');
          return { kind: 'ok', messageId: 'message-1' };
        },
      },
    );
    await gateway.ingress(webhookEvent());
    expect(order).toEqual(['taken', 'asked']);
  });

  test('where SQS hangs until the deadline', async () => {
    const gateway = createAsked(() => Promise.resolve(ok({ message: 'hi' })), {
      publish: () => new Promise(() => undefined),
      deadlineMs: 30,
    });
    expect((await gateway.ingress(webhookEvent())).statusCode).toBe(503);
    expect(gateway.asked).toEqual([]);
  });

  test('about a forged message, another kind of webhook, or one that cannot be read', async () => {
    const gateway = createAsked(() => Promise.resolve(ok({ message: 'hi' })));
    const answers = [
      await gateway.ingress(webhookEvent({ token: tokenB })),
      await gateway.ingress(webhookEvent({ route: 'status', fields: status })),
      await gateway.ingress(webhookEvent({ route: 'usage', fields: usage })),
      await gateway.ingress(webhookEvent({ route: 'events', fields: debuggerEvent })),
      await gateway.ingress(webhookEvent({ fields: { ...sms, MessageSid: 'none' } })),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 204, 204, 204, 200]);
    expect(gateway.asked).toEqual([]);
  });

  test('about a message that Twilio has answered', async () => {
    const gateway = createAsked(() => Promise.resolve(ok({ message: 'hi' })));
    await gateway.ingress(webhookEvent({ fields: { ...sms, OptOutType: 'STOP' } }));
    expect(gateway.asked).toEqual([]);
    expect(gateway.counts).toEqual({ Accepted: 1 });
  });
});

test('what SQS left of the deadline limits the wait', async () => {
  const gateway = createAsked(() => new Promise<never>(() => undefined), {
    timeoutMs: 2_000,
    deadlineMs: 120,
    publish: async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { kind: 'ok', messageId: 'message-1' };
    },
  });
  const startedAt = Date.now();
  expect(await gateway.ingress(webhookEvent())).toMatchObject({ statusCode: 200, body: '<static/>' });
  expect(Date.now() - startedAt).toBeLessThan(600);
});

/** Whatever a function may do, with the time that it takes. */
const behavior = fc.record({
  delayMs: fc.constantFrom(0, 5, 1_000),
  outcome: fc.oneof(
    fc.json().map((payload): InvokeOutcome | 'rejects' => ({ kind: 'ok', payload })),
    fc.string().map((payload): InvokeOutcome => ({ kind: 'ok', payload })),
    fc.dictionary(fc.constantFrom('message', 'twiml', 'other'), fc.anything()).map((answer): InvokeOutcome => ({
      kind: 'ok',
      payload: JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? 0 : value)),
    })),
    fc
      .constantFrom('function_error', 'throttled', 'denied', 'no_function', 'answer_too_long', 'unavailable')
      .map((kind): InvokeOutcome => ({ kind })),
    fc.constant('rejects' as const),
  ),
});

test('whatever the function does, the answer is a 200 in time and the message is on SQS once', async () => {
  await fc.assert(
    fc.asyncProperty(behavior, async ({ delayMs, outcome }) => {
      const gateway = createAsked(
        async () => {
          await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
          if (outcome === 'rejects') throw new Error('a message that nobody may log');
          return outcome;
        },
        { timeoutMs: 20 },
      );
      const startedAt = Date.now();
      const response = await gateway.ingress(webhookEvent());
      expect(Date.now() - startedAt).toBeLessThan(500);
      expect(response).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/xml' } });
      expect(Buffer.byteLength(response.body ?? '')).toBeLessThanOrEqual(64 * 1024);
      expect(gateway.published).toHaveLength(1);
      expect(gateway.asked).toHaveLength(1);
      const isFallback = response.body === '<static/>';
      expect(gateway.counts).toEqual(isFallback ? { Accepted: 1, ReplyFallback: 1 } : { Accepted: 1 });
    }),
    { numRuns: 150 },
  );
});
