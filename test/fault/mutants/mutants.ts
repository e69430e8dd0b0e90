import { patch, type Mutant } from './mutant';
import { publisherMutants } from './publisher-mutants';

/** Stores a repeated delivery again, so that only the conditions of the table's writes can prevent a change. */
const storesRepeated = patch(
  'consumer/process-record.ts',
  "return text.hasOtherToken ? 'repeated_text' : 'duplicate';",
  'return storeWebhooks({ store, metrics, signal }, signedTextOf(envelope), webhooks, 0);',
);

export const mutants: readonly Mutant[] = [
  {
    name: 'answers 503 to everything that it has queued',
    breaks: ['genuine webhooks are accepted'],
    withinSeeds: 3,
    patches: [
      patch(
        'ingress/handler.ts',
        'return await answerWebhook(event, ports, options);',
        `const answer = await answerWebhook(event, ports, options);
    return (answer.statusCode ?? 500) < 300 ? { statusCode: 503 } : answer;`,
      ),
    ],
  },
  {
    name: 'answers 503 to everything, and does nothing',
    breaks: ['genuine webhooks are accepted'],
    withinSeeds: 3,
    patches: [
      patch(
        'ingress/handler.ts',
        'return await answerWebhook(event, ports, options);',
        'return await Promise.resolve({ statusCode: 503 });',
      ),
    ],
  },
  {
    name: "stores another request's content under a key",
    breaks: ['acknowledged webhooks are stored', 'only sent webhooks are stored'],
    withinSeeds: 3,
    patches: [
      patch(
        'shared/runtime/batch.ts',
        'return await processBatch(event, context);',
        `const memory = globalThis as { last?: string };
    const Records = event.Records.map((record) => {
      if (!/"kind":"(?:event|usage)"/.test(record.body) || !record.body.includes('"contentType":"form"')) return record;
      const { body, ...rest } = JSON.parse(record.body) as { body: string };
      const other = memory.last ?? body;
      memory.last = body;
      return { ...record, body: JSON.stringify({ ...rest, body: other }) };
    });
    return await processBatch({ Records }, context);`,
      ),
    ],
  },
  {
    name: 'dead-letters a good record in a batch with poison',
    breaks: ['only poison becomes a dead letter'],
    // Whether the same environment gets the record five times is a matter of chance in each history.
    withinSeeds: 8,
    patches: [
      patch(
        'shared/runtime/batch.ts',
        'return await processBatch(event, context);',
        `const memory = globalThis as { poisoned?: boolean; failedToo?: readonly string[] };
    const { batchItemFailures } = await processBatch(event, context);
    const good = event.Records.filter(({ body }) => body.includes('"bodyEncoding"'));
    // Poison in an earlier batch counts, too, because batches are composed at random.
    memory.poisoned ||= good.length < event.Records.length;
    if (memory.poisoned && good.length > 0) memory.failedToo ??= good.map((one) => one.messageId);
    const failedToo = good.filter(({ messageId }) => memory.failedToo?.includes(messageId) === true);
    return {
      batchItemFailures: [
        ...batchItemFailures,
        ...failedToo.map(({ messageId }) => ({ itemIdentifier: messageId })),
      ],
    };`,
      ),
    ],
  },
  {
    name: 'answers before SQS has the webhook',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'ingress/ingress.ts',
        'enqueue(request, checked, receivedAt, ports, signal),',
        '(void enqueue(request, checked, receivedAt, ports, signal), Promise.resolve({ messageId: undefined })),',
      ),
    ],
  },
  {
    name: 'answers 2xx although SQS failed',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'ingress/ingress.ts',
        "if ('rejection' in sent) return sent;",
        "if ('rejection' in sent && sent.rejection.reason !== 'enqueue_failed') return sent;",
      ),
      patch('ingress/ingress.ts', 'messageId: sent.messageId', 'messageId: undefined'),
    ],
  },
  {
    name: 'swallows a write that failed',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'consumer/process-record.ts',
        "await returnPoison(ports, record, error, signal);\n    return 'failed'",
        'await returnPoison(ports, record, error, signal);\n' +
          "    return error instanceof PoisonEnvelopeError ? 'failed' : 'done'",
      ),
    ],
  },
  {
    name: 'answers an empty batch response when records failed',
    breaks: ['acknowledged webhooks are stored'],
    patches: [patch('shared/runtime/batch.ts', '[...failed].map((itemIdentifier) => ({ itemIdentifier }))', '[]')],
  },
  {
    name: 'gives up at the last receive instead of leaving a dead letter',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'consumer/process-record.ts',
        'reportFailure(ports, record, error);\n    if',
        "reportFailure(ports, record, error);\n    if ((receiveCount(record) ?? 0) >= 5) return 'done';\n    if",
      ),
    ],
  },
  {
    name: 'drops messages from the dead-letter queue as too old',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'consumer/process-record.ts',
        'const webhooks = parseWebhook(envelope);',
        `const webhooks = parseWebhook(envelope);
        if (Number(record.attributes?.SentTimestamp) - Date.parse(envelope.receivedAt) > 4_000) return 'done';`,
      ),
    ],
  },
  {
    name: 'treats every callback of a known MessageSid as a duplicate',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'consumer/aws/dynamodb-event-store.ts',
        'const before = await storeOriginAndStatus(store, status, signal);',
        'const before = await storeOriginAndStatus(store, status, signal);\n' +
          "if (Object.keys(before ?? {}).length > 0) return { outcome: 'duplicate' };",
      ),
    ],
  },
  {
    name: 'treats every firing of a UsageTriggerSid as the same one',
    breaks: ['acknowledged webhooks are stored', 'only sent webhooks are stored'],
    patches: [
      patch(
        'shared/payload/reading.ts',
        "const idempotencyToken = single(params, 'IdempotencyToken')",
        "const idempotencyToken = single(params, 'UsageTriggerSid')",
      ),
    ],
  },
  {
    name: 'gives every delivery of an event a new id',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'shared/webhook/check-webhook.ts',
        'signedTextHash(signer.signedText);',
        'signedTextHash(String(Math.random()));',
      ),
    ],
  },
  {
    name: 'lets the last callback overwrite the status',
    breaks: ['the highest status is stored'],
    patches: [
      patch(
        'consumer/aws/dynamodb-event-store.ts',
        "'#statusOrder < :statusOrder',",
        "'#statusOrder <> :statusOrder',",
      ),
    ],
  },
  {
    name: 'lets the last delivery overwrite a message',
    breaks: ['stored content does not change'],
    patches: [
      patch(
        'consumer/aws/dynamodb-event-store.ts',
        '? [isStatusCallback, ...replacesIf(webhook)]',
        "? [isStatusCallback, '#accountSid <> #direction']",
      ),
      storesRepeated,
    ],
  },
  {
    name: 'stores before it has verified',
    breaks: ['only sent webhooks are stored'],
    patches: [
      patch(
        'ingress/ingress.ts',
        "if ('rejection' in checked) return checked;",
        `if ('rejection' in checked) {
      const body = request.readBody() ?? Buffer.alloc(0);
      const { route, query, requestId } = request;
      if (route !== undefined && (request.header('content-type') ?? '').includes('form')) {
        const unproven = {
          eventId: requestId,
          signedTextHash: Buffer.from(requestId).toString('hex').padEnd(64, '0').slice(0, 64),
          accountSid: new URLSearchParams(body.toString()).get('AccountSid') ?? '',
          tokenSlot: 'current',
        };
        const received = { route, format: 'form', body, query };
        const unchecked = { received, webhook: { ...unproven, reading: { kind: 'event' } } };
        const time = new Date(arrival).toISOString();
        await enqueue(request, unchecked as never, time, ports, deadline.signal);
      }
      return checked;
    }`,
      ),
    ],
  },
  {
    name: 'accepts a request without signature',
    breaks: ['forged requests are rejected', 'only sent webhooks are stored'],
    patches: [
      patch(
        'shared/webhook/early-checks.ts',
        "request.header('x-twilio-signature') ?? ''",
        "request.header('x-twilio-signature') ?? `${'A'.repeat(27)}=`",
      ),
      patch(
        'shared/signature/find-signer.ts',
        'findSignedText({ algorithm, secret }, signature, texts);',
        'findSignedText({ algorithm, secret }, signature, texts) ?? ' +
          '(/^A+=$/.test(signature) ? texts[0]?.text : undefined);',
      ),
    ],
  },
  {
    name: 'stores every reading of a signed text',
    breaks: ['one reading per signed text', 'only sent webhooks are stored'],
    patches: [
      patch(
        'consumer/process-record.ts',
        'return otherReading(text);',
        'return storeWebhooks({ store, metrics, signal }, signedTextOf(envelope), webhooks, 0);',
      ),
    ],
  },
  {
    name: 'does not compare the hash of a JSON body',
    breaks: ['forged requests are rejected', 'only sent webhooks are stored'],
    patches: [
      patch(
        'shared/webhook/check-webhook.ts',
        "case 'mismatch':\n      return reject('body_hash_mismatch');",
        "case 'mismatch':",
      ),
    ],
  },
  {
    name: 'forgets the query when it verifies',
    breaks: ['forged requests are rejected', 'genuine webhooks are not rejected'],
    patches: [
      patch(
        'shared/webhook/check-webhook.ts',
        ': queryVariants(query).map((variant) => ({ url: `${url}?${variant}`, params }));',
        ': [{ url, params }];',
      ),
    ],
  },
  {
    name: 'forgets the pending token',
    breaks: ['genuine webhooks are not rejected'],
    patches: [
      patch(
        'shared/signature/find-signer.ts',
        'for (const tokenSlot of tokenSlots) {',
        "for (const tokenSlot of tokenSlots.filter((slot) => slot !== 'pending')) {",
      ),
    ],
  },
  {
    name: 'forgets the previous token',
    breaks: ['genuine webhooks are not rejected'],
    patches: [
      patch(
        'shared/signature/find-signer.ts',
        'for (const tokenSlot of tokenSlots) {',
        "for (const tokenSlot of tokenSlots.filter((slot) => slot !== 'previous')) {",
      ),
    ],
  },
  {
    name: 'answers 403 while it cannot read a token',
    foundBySeed: 10,
    breaks: ['genuine webhooks are not rejected'],
    patches: [
      patch(
        'shared/webhook/rejections.ts',
        'credentials_denied: misconfigured,',
        'credentials_denied: { ...misconfigured, status: 403 },',
      ),
      patch(
        'shared/webhook/rejections.ts',
        'credentials_unavailable: secretUnavailable,',
        'credentials_unavailable: { ...secretUnavailable, status: 403 },',
      ),
    ],
  },
  {
    name: 'logs a rejected signature',
    breaks: ['nothing secret is logged'],
    patches: [
      patch(
        'ingress/ingress.ts',
        'userAgent: request?.userAgent,',
        "userAgent: request?.header('x-twilio-signature'),",
      ),
    ],
  },
  ...publisherMutants,
];
