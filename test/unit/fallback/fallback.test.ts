import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { fallbackBatch } from '../../../lambda/fallback/fallback';
import { fallbackAttributes } from '../../../lambda/shared/contract/fallback-lane';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import type { CredentialFailure } from '../../../lambda/shared/credentials/account-secret-source';
import { decodeEnvelope } from '../../../lambda/shared/payload/envelope';
import { createBatch } from '../../../lambda/shared/runtime/batch';
import type { LogFields, LogLevel } from '../../../lambda/shared/runtime/ports';
import { accountA, encodeForm, sms, tokenA, tokenB, twilioSignature, type Fields } from '../ingress/fakes';

const fallbackUrl = 'https://hooks.example/dev/fallback';
/** What Twilio adds to the parameters of the message. */
const form: Fields = { ...sms, ErrorCode: '11200', ErrorUrl: 'https://hooks.example/dev/messages' };

interface Input {
  readonly fields?: Fields;
  readonly body?: string;
  readonly signedUrl?: string;
  readonly token?: string;
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  readonly id?: string;
}

const record = ({ fields = form, signedUrl = fallbackUrl, token = tokenA, id = 'message-1', ...input }: Input = {}) => {
  const attributes: Readonly<Record<string, string | undefined>> = {
    [fallbackAttributes.signature]: twilioSignature(token, signedUrl, fields),
    [fallbackAttributes.contentType]: 'application/x-www-form-urlencoded; charset=UTF-8',
    [fallbackAttributes.requestId]: 'request-1=',
    [fallbackAttributes.sourceIp]: '192.0.2.7',
    ...input.attributes,
  };
  return {
    messageId: id,
    receiptHandle: `handle of ${id}`,
    body: input.body ?? encodeForm(fields),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1769853600000' },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([name, stringValue]) =>
        stringValue === undefined ? [] : [[name, { dataType: 'String', stringValue }]],
      ),
    ),
  };
};

/** The function, with the key of one account, or with a secret that cannot be read. */
const lane = (problems: { readonly failure?: CredentialFailure; readonly enqueueError?: Error } = {}) => {
  const { failure, enqueueError } = problems;
  const lines: (LogFields & { readonly level: LogLevel })[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const sent: { readonly body: string; readonly messageGroupId: string }[] = [];
  const known = {
    usable:
      failure === undefined
        ? [
            {
              current: { accountSid: accountA, authToken: tokenA },
              pending: undefined,
              previous: undefined,
              isStale: false,
            },
          ]
        : [],
    failures: failure === undefined ? [] : [failure],
  };
  const process = createBatch(
    fallbackBatch(
      {
        credentials: {
          accounts: () => Promise.resolve(known),
          waitForReads: () => Promise.resolve(false),
          pollForNewVersions: () => Promise.resolve(false),
          finishReads: () => Promise.resolve(),
        },
        enqueue: (message) => {
          if (enqueueError !== undefined) return Promise.reject(enqueueError);
          sent.push(message);
          return Promise.resolve();
        },
        log: (level, fields) => lines.push({ level, ...fields }),
        metrics: { count: (name, value = 1) => void (counts[name] = (counts[name] ?? 0) + value) },
      },
      { fallbackUrl, stageName: 'dev' },
    ),
  );
  const take = async (...records: readonly ReturnType<typeof record>[]): Promise<readonly string[]> => {
    const event = { Records: records as unknown as SQSRecord[] } satisfies SQSEvent;
    const { batchItemFailures } = await process(event, { getRemainingTimeInMillis: () => 20_000 });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { take, lines, counts, sent };
};

test('puts what Twilio signed over the fallback URL on the event queue, marked, at the time SQS took it', async () => {
  const { take, sent, counts, lines } = lane();
  expect(await take(record())).toEqual([]);
  const [message] = sent;
  expect(message?.messageGroupId).toBe(accountA);
  expect(decodeEnvelope(message?.body ?? '')).toMatchObject({
    kind: 'message',
    route: 'messages',
    accountSid: accountA,
    eventId: sms['MessageSid'],
    body: Buffer.from(encodeForm(form)),
    query: '',
    receivedAt: '2026-01-31T10:00:00.000Z',
    requestId: 'request-1=',
    via: 'fallback',
  });
  expect(counts).toEqual({ FallbackAccepted: 1 });
  expect(lines).toEqual([
    expect.objectContaining({ level: 'warn', reason: 'fallback_accepted', messageSid: sms['MessageSid'] }),
  ]);
});

test('reads a body that API Gateway has encoded in base64', async () => {
  const { take, sent } = lane();
  expect(await take(record({ body: Buffer.from(encodeForm(form)).toString('base64') }))).toEqual([]);
  expect(decodeEnvelope(sent[0]?.body ?? '').body).toEqual(Buffer.from(encodeForm(form)));
});

test('sends a canary on, and does not count it as a webhook: it says nothing about ingress', async () => {
  const { take, sent, counts, lines } = lane();
  await take(record({ fields: { AccountSid: accountA, EventType: 'gateway.canary', CanaryId: 'one' } }));
  expect(decodeEnvelope(sent[0]?.body ?? '')).toMatchObject({ route: 'events', eventId: 'CANARY#one' });
  expect(counts).toEqual({ CanaryAccepted: 1 });
  expect(lines).toEqual([expect.objectContaining({ level: 'info', reason: 'fallback_canary' })]);
});

const forgeries: readonly (readonly [string, Input, string])[] = [
  ['another token', { token: tokenB }, 'signature_mismatch'],
  ['the URL of /messages', { signedUrl: 'https://hooks.example/dev/messages' }, 'signature_mismatch'],
  ['a URL with a query', { signedUrl: `${fallbackUrl}?a=b` }, 'signature_mismatch'],
  ['another body', { body: encodeForm({ ...form, Body: 'other' }) }, 'signature_mismatch'],
  ['another account', { fields: { ...form, AccountSid: `AC${'c'.repeat(32)}` } }, 'account_mismatch'],
  ['no signature', { attributes: { [fallbackAttributes.signature]: undefined } }, 'signature_missing'],
  ['no attributes', { attributes: { Signature: undefined, ContentType: undefined } }, 'unsupported_media_type'],
  ['a body that is too large', { body: 'a'.repeat(70_000) }, 'payload_too_large'],
];
test.each(forgeries)('counts and drops a request that was signed for %s', async (_title, input, reason) => {
  const { take, sent, counts, lines } = lane();
  expect(await take(record(input))).toEqual([]);
  expect(sent).toEqual([]);
  expect(counts).toEqual({ FallbackRejected: 1 });
  expect(lines).toEqual([expect.objectContaining({ level: 'warn', reason: 'fallback_rejected' })]);
  expect(lines[0]?.detail).toMatch(new RegExp(`^${reason}`));
  expect(JSON.stringify(lines)).not.toContain('hello');
});

test('logs no text that a caller chose as request id or address', async () => {
  const { take, lines } = lane();
  await take(record({ token: tokenB, attributes: { RequestId: '"},{"level":"ERROR', SourceIp: 'nowhere"' } }));
  expect(lines).toEqual([expect.objectContaining({ requestId: 'message-1', sourceIp: undefined })]);
});

test.each(['missing', 'denied', 'placeholder', 'invalid', 'unavailable'] as const)(
  'leaves a request on the queue while the secret is %s',
  async (reason) => {
    const { take, sent, counts, lines } = lane({ failure: { reason } });
    expect(await take(record())).toEqual(['message-1']);
    expect(sent).toEqual([]);
    expect(counts).toEqual({ FallbackFailed: 1 });
    expect(lines[0]).toMatchObject({ level: 'error', reason: 'fallback_failed', receiveCount: 1 });
    expect(lines[0]?.detail).toMatch(new RegExp(`^credentials_${reason}`));
  },
);

test('leaves a request on the queue if the event queue does not take it, and no other one', async () => {
  const error = Object.assign(new Error('quotes the body'), {
    name: 'ServiceUnavailable',
    $metadata: { httpStatusCode: 503 },
  });
  const { take, counts, lines } = lane({ enqueueError: error });
  expect(await take(record({ id: 'genuine' }), record({ id: 'forged', token: tokenB }))).toEqual(['genuine']);
  expect(counts).toEqual({ FallbackFailed: 1, FallbackRejected: 1 });
  expect(lines).toContainEqual(
    expect.objectContaining({ reason: 'fallback_failed', errorName: 'ServiceUnavailable', serviceStatus: 503 }),
  );
  expect(JSON.stringify(lines)).not.toContain('quotes');
});
