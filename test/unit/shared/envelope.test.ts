import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  decodeEnvelope,
  encodeEnvelope,
  PoisonEnvelopeError,
  type Envelope,
} from '../../../lambda/shared/envelope';
import { routeNames } from '../../../lambda/shared/routes';

const fixtures = join(__dirname, '../../fixtures/envelopes');
const text = fc.string({ unit: 'binary' });

const envelopes: fc.Arbitrary<Envelope> = fc
  .record({
    eventId: text.filter((id) => id !== '' && id.length <= 1024),
    kind: fc.constantFrom('message', 'status', 'usage', 'event'),
    route: fc.constantFrom(...routeNames),
    accountSid: fc.constant(`AC${'a'.repeat(32)}`),
    contentType: fc.constantFrom('form', 'json', 'query'),
    body: fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      text.map((characters) => Buffer.from(characters)),
      fc.constant(Buffer.from('\ufffe\uffff\u0000\u007f\u2028"\\👋')),
    ),
    query: text,
    receivedAt: fc
      .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    requestId: text,
    tokenSlot: fc.constantFrom('current', 'pending', 'previous'),
    hint: fc.option(text, { nil: undefined }),
  })
  .map(({ hint, ...envelope }) => ({
    ...envelope,
    ...(hint === undefined ? {} : { idempotencyToken: hint }),
  }));

test('any envelope survives the queue byte for byte, as printable ASCII, which SQS always takes', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      const message = encodeEnvelope(envelope);
      expect(message).toMatch(/^[\x20-\x7e]+$/);
      expect(decodeEnvelope(message)).toEqual(envelope);
    }),
    { numRuns: 200 },
  );
});

const golden = readdirSync(fixtures).filter((name) => name.endsWith('.json'));

test('there is a golden envelope of every kind, and of JSON, of bytes that are no text, and of a GET', () => {
  expect(golden.sort()).toEqual([
    'v1-event-json.json',
    'v1-event.json',
    'v1-message-get.json',
    'v1-message-not-utf8.json',
    'v1-message.json',
    'v1-status.json',
    'v1-usage.json',
  ]);
});

test.each(golden)('the golden envelope %s decodes as it was meant, and is encoded the same today', (name) => {
  // The file is a message as it stood on the queue, and what it means.
  const { message, means } = JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as {
    readonly message: string;
    readonly means: Record<string, unknown> & { readonly bodyHex: string };
  };
  const envelope = decodeEnvelope(message);
  const { body, ...rest } = envelope;
  expect({ ...rest, bodyHex: body.toString('hex') }).toEqual(means);
  if (name.startsWith('v1-')) expect(JSON.parse(encodeEnvelope(envelope))).toEqual(JSON.parse(message));
});

const valid = JSON.parse(
  (JSON.parse(readFileSync(join(fixtures, 'v1-message.json'), 'utf8')) as { message: string }).message,
) as Record<string, unknown>;
const changed = (changes: Record<string, unknown>) => JSON.stringify({ ...valid, ...changes });
const omitted = (name: string) =>
  JSON.stringify(Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name)));

test.each([
  ['no JSON', 'From=%2B15550100001', 'not_json'],
  ['a JSON string', '"text"', 'not_an_envelope'],
  ['null', 'null', 'not_an_envelope'],
  ['an array', '[]', 'not_an_envelope'],
  ['an object without version', '{"__proto__":{"schemaVersion":1}}', 'not_an_envelope'],
  ['a newer version', changed({ schemaVersion: 2 }), 'unknown_version'],
  ['a version as text', changed({ schemaVersion: '1' }), 'unknown_version'],
  ['an unknown kind', changed({ kind: 'call' }), 'invalid_field'],
  ['an unknown route', changed({ route: 'admin' }), 'invalid_field'],
  ['an unknown content type', changed({ contentType: 'xml' }), 'invalid_field'],
  ['an account that is none', changed({ accountSid: 'AC1' }), 'invalid_field'],
  ['an impossible time', changed({ receivedAt: '2026-13-31T10:00:00.000Z' }), 'invalid_field'],
  ['a time without milliseconds', changed({ receivedAt: '2026-01-31T10:00:00Z' }), 'invalid_field'],
  ['an empty event id', changed({ eventId: '' }), 'invalid_field'],
  ['an event id over its length', changed({ eventId: 'x'.repeat(1025) }), 'invalid_field'],
  ['a body that is no text', changed({ body: { length: 1e9 } }), 'invalid_field'],
  ['an unknown encoding of the body', changed({ bodyEncoding: 'hex' }), 'invalid_field'],
  ['an unknown token slot', changed({ tokenSlot: 'next' }), 'invalid_field'],
  ...['eventId', 'kind', 'body', 'query', 'requestId'].map((name) => [
    `no ${name}`,
    omitted(name),
    'invalid_field',
  ]),
])('rejects %s with a code, and quotes nothing of it', (_, message, code) => {
  let thrown: unknown;
  try {
    decodeEnvelope(message);
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof PoisonEnvelopeError)) throw new Error('a poison envelope must be refused as such');
  expect(thrown.code).toBe(code);
  expect(thrown.message).not.toContain('1555');
});
