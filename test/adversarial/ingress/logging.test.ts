import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Edge } from '../support/test-gateway';
import { marker } from '../support/forms';
import { acceptedBecause, expectOutcome } from '../support/outcome';
import { runCases, withEdge } from '../support/run-cases';

const floodSize = 1_000;
/** Requests at once, far below the API's throttling limit. */
const floodWidth = 25;
const maxBytesPerRejection = 1024;
/** Environments of the ingress function in the local gateway. */
const maxEnvironments = 4;
/** By each environment; above that, one in a hundred. */
const rejectionsLoggedPerSecond = 10;

const wrong = Buffer.alloc(20, 7).toString('base64');

/** Every line is one JSON record without raw control characters. */
const expectCleanLines = (text: string): void => {
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines) expect(JSON.parse(line)).toEqual(expect.any(Object));
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
};

/** Causes every kind of log line, from requests with secrets in all of their parts. */
const exerciseEverything = async (edge: Edge): Promise<void> => {
  const query = marker('query');
  edge.watch(query);
  await edge.send({ query });
  await edge.send({ signature: wrong });
  await edge.send({ signature: 'not the shape of a signature' });
  await edge.send({ method: 'GET' });
  await edge.send({ contentType: 'text/plain' });
  await edge.send({ body: 'x'.repeat(300_000) });
  await edge.send({ form: edge.sms({ MessageSid: marker('sid') }) });
  await edge.send({ route: 'status', form: edge.sms({ MessageStatus: 'sent' }) });
  await edge.send({ route: 'events' });
  await edge.send({
    route: 'events',
    contentType: 'application/json',
    form: {},
    body: JSON.stringify(edge.sms()),
  });
  await edge.gateway.settled();
  // Errors quote their input: those of SQS and DynamoDB name values, those of JSON the text.
  edge.sqs.decide(({ body }) => ({ kind: 'error', status: 400, type: body.slice(0, 2_000) }));
  await edge.send();
  edge.sqs.reset();
  edge.dynamodb.decide(({ body }) => ({ kind: 'error', status: 400, type: body.slice(0, 2_000) }));
  await edge.gateway.gateway.functionNamed('Consumer').invoke({
    Records: [JSON.stringify(edge.sms()), `{"${marker('broken')}`].map((body, index) => ({
      messageId: `record-${index}`,
      receiptHandle: 'none',
      body,
    })),
  });
  edge.dynamodb.reset();
  edge.secretsManager.decide(({ body }) => ({ kind: 'error', status: 400, type: body }));
  await edge.send({ signature: wrong });
};

runCases('ingress/logging', {
  'ING-L-CRLF': async (edge) => {
    const forged = '\r\n{"level":"error","reason":"forged"}\u001b[2J';
    const userAgent = `x${forged}${'y'.repeat(300)}`;
    const form = edge.sms({ Body: `hello${forged}` });
    // Such a header is invalid in HTTP; only an event can contain it.
    const exchange = await edge.invoke({ form }, (event) => ({
      ...event,
      rawPath: `/dev/messages${forged}`,
      headers: { ...event.headers, 'user-agent': userAgent },
    }));
    expect(exchange.status).toBe(200);
    expect(await edge.log.ingressLine(exchange.requestId)).toMatchObject({
      reason: 'accepted',
      level: 'INFO',
      userAgent: userAgent.slice(0, 200),
    });
    const [row] = await edge.expectEffects({ queued: 1, stored: 1 });
    expect(row?.['body']).toEqual({ S: `hello${forged}` });
    // A path with it appears in API Gateway's access log.
    const inPath = await edge.send({ path: `/messages${encodeURIComponent(forged)}` });
    expect(inPath.status).toBe(404);
    await edge.log.accessLine(inPath.requestId);
    expectCleanLines(edge.log.text());
    expect(edge.log.lines().some(({ reason }) => reason === 'forged')).toBe(false);
  },

  // Every case checks its log for secrets; this one adds log lines that no other case causes.
  'ING-L-SECRET': async () => {
    await withEdge({}, async (edge) => {
      await exerciseEverything(edge);
      await edge.gateway.sqs.send(
        new SendMessageCommand({
          QueueUrl: edge.gateway.gateway.state.queues.events,
          MessageBody: JSON.stringify({ schemaVersion: 1, ...edge.sms() }),
        }),
      );
      await edge.gateway.settled();
      await edge.log.counted('PoisonEnvelope', 5 + 2);
      expectCleanLines(edge.log.text());
      const reasons = new Set(edge.log.lines().map(({ reason }) => reason));
      expect([...reasons]).toEqual(
        expect.arrayContaining([
          'accepted',
          'signature_mismatch',
          'method_not_allowed',
          'unsupported_media_type',
          'payload_too_large',
          'body_hash_missing',
          'enqueue_failed',
          'record_stored',
          'unrecognized_webhook',
          'record_failed',
          'poison_envelope',
        ]),
      );
    });
  },

  'ING-L-FLOOD': async (edge, testCase) => {
    const request = { form: edge.sms(), signature: wrong };
    const startedAt = Date.now();
    let left = floodSize;
    const statuses = new Set<number>();
    const flood = Promise.all(
      Array.from({ length: floodWidth }, async () => {
        for (left -= 1; left >= 0; left -= 1) statuses.add((await edge.send(request)).status);
      }),
    );
    const genuine = await edge.send();
    expect(left).toBeGreaterThan(0);
    await flood;
    expect([...statuses]).toEqual([403]);
    await expectOutcome(edge, testCase, genuine, acceptedBecause('it is genuine, and accepted during the flood'));
    expect(await edge.log.counted('SignatureRejected', floodSize)).toBe(floodSize);
    const seconds = Math.ceil((Date.now() - startedAt) / 1000) + 1;
    const rejections = edge.log
      .lines()
      .filter(({ requestId, status }) => requestId !== undefined && String(status) === '403');
    const byFunction = rejections.filter(({ service }) => service === 'ingress');
    const metrics = edge.log.lines().filter((line) => line['SignatureRejected'] !== undefined);
    const bytes = JSON.stringify([...rejections, ...metrics]).length;
    // Each rejection has an access log line and a metric; the function logs a sample.
    expect(rejections.length - byFunction.length).toBe(floodSize);
    expect(byFunction.length).toBeGreaterThan(0);
    expect(byFunction.length).toBeLessThanOrEqual(
      maxEnvironments * seconds * rejectionsLoggedPerSecond + floodSize / 100,
    );
    expect(bytes / floodSize).toBeLessThan(maxBytesPerRejection);
  },
});
