import { expectAnswer, expectOutcome, expectSent } from '../support/outcome';
import { runCases, withEdge } from '../support/run-cases';

/** The fixture's limits for a request, in milliseconds. */
const maxThrottledMs = 3_000;
const maxDownMs = 6_000;

runCases('ingress/sqs', {
  'ING-D-THROTTLE': async (edge, testCase) => {
    // Warm, so that only the attempts are timed.
    await expectSent(edge, testCase);
    edge.sqs.reset();
    await edge.forget();
    edge.sqs.decide(({ earlier }) =>
      earlier < 2 ? { kind: 'error', status: 400, type: 'ThrottlingException' } : { kind: 'pass' },
    );
    const line = await expectAnswer(edge, testCase, await edge.send());
    expect(line['durationMs']).toBeLessThan(maxThrottledMs);
    expect(edge.sqs.calls).toEqual(['SendMessage', 'SendMessage', 'SendMessage']);
    await edge.expectEffects({ queued: 1, stored: 1 });
  },

  'ING-D-DOWN': async (edge, testCase) => {
    for (const kind of ['error', 'reset'] as const) {
      edge.sqs.decide(() => (kind === 'reset' ? { kind } : { kind, status: 503, type: 'ServiceUnavailable' }));
      const exchange = await edge.send();
      await expectOutcome(edge, testCase, exchange);
      const { durationMs } = await edge.log.ingressLine(exchange.requestId);
      expect(durationMs).toBeLessThan(maxDownMs);
    }
    expect(await edge.log.counted('Accepted')).toBe(0);
    expect(await edge.log.counted('EnqueueFailed', 2)).toBe(2);
  },

  'ING-D-DENIED': async (edge, testCase) => {
    const types = ['AccessDenied', 'KmsAccessDenied', 'KmsDisabled'];
    for (const type of types) {
      edge.sqs.decide(() => ({ kind: 'error', status: 403, type: `com.amazonaws.sqs#${type}` }));
      const exchange = await edge.send();
      await expectOutcome(edge, testCase, exchange);
      expect(await edge.log.ingressLine(exchange.requestId)).toMatchObject({
        errorName: type,
        serviceStatus: 403,
      });
    }
    // A retry cannot fix a policy.
    expect(edge.sqs.calls).toHaveLength(types.length);
  },

  'ING-D-NOQUEUE': async (edge, testCase) => {
    const noSuchQueue = `${edge.sqs.endpoint}/000000000000/no-such-queue`;
    await withEdge({ environment: { EVENT_QUEUE_URL: noSuchQueue } }, async (misconfigured) => {
      // Its functions use the proxy of the other gateway, which has no such queue either.
      await expectSent(misconfigured, testCase);
    });
    expect(edge.sqs.calls).toEqual(['SendMessage']);
    await withEdge({ environment: { EVENT_QUEUE_URL: '' } }, async (unconfigured) => {
      const exchange = await unconfigured.send();
      expect(exchange.status).toBe(500);
      expect(JSON.parse(exchange.body)).toEqual({ message: 'Internal Server Error' });
      await unconfigured.expectEffects({ queued: 0, stored: 0 });
      expect(unconfigured.log.text()).toContain('EVENT_QUEUE_URL is not set');
    });
  },

  'ING-D-MD5': async (edge, testCase) => {
    const request = { form: edge.sms() };
    edge.sqs.decide(() => ({
      kind: 'change-answer',
      change: (body) => body.replace(/"MD5OfMessageBody":"[0-9a-f]{32}"/, `"MD5OfMessageBody":"${'0'.repeat(32)}"`),
    }));
    await expectAnswer(edge, testCase, await edge.send(request), {
      status: 503,
      reason: 'enqueue_failed',
      level: 'error',
      because: 'the checksum says that SQS received something else',
    });
    // SQS did store it. Twilio retries, and there is still one row.
    await edge.expectEffects({ queued: 1, stored: 1 });
    edge.sqs.reset();
    await edge.forget();
    await expectAnswer(edge, testCase, await edge.send(request));
    await edge.expectEffects({ queued: 1, stored: 0 });
  },
});
