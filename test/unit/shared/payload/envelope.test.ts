import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  decodeEnvelope,
  encodeEnvelope,
  PoisonEnvelopeError,
  type Envelope,
} from '../../../../lambda/shared/payload/envelope';
import { routeNames } from '../../../../lambda/shared/contract/routes';
import { anyCharacter } from '../../../helpers/any-character';

const fixtures = join(__dirname, '..', '..', '..', 'fixtures', 'envelopes');
const text = fc.string({ unit: anyCharacter });

const envelopes: fc.Arbitrary<Envelope> = fc
  .record({
    eventId: text.filter((id) => id !== '' && id.length <= 1024),
    signedTextHash: fc.constant('0123456789abcdef'.repeat(4)),
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
    via: fc.constantFrom(undefined, 'fallback' as const, 'backfill' as const),
  })
  .map(({ hint, via, ...envelope }) => ({
    ...envelope,
    ...(hint === undefined ? {} : { idempotencyToken: hint }),
    ...(via === undefined ? {} : { via }),
  }));

test('any envelope survives the queue byte for byte, as printable ASCII, which SQS always accepts', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      const message = encodeEnvelope(envelope);
      expect(message).toMatch(/^[\x20-\x7e]+$/);
      expect(decodeEnvelope(message)).toEqual(envelope);
    }),
    { numRuns: 200 },
  );
});

/** A message as it was on the queue, and what it means. */
const readGolden = (name: string) =>
  JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as {
    readonly message: string;
    readonly means: Record<string, unknown> & { readonly bodyHex: string };
  };
const sha256Hex = expect.stringMatching(/^[0-9a-f]{64}$/) as string;

const golden = readdirSync(fixtures).filter((name) => name.endsWith('.json'));

test('every version has a golden envelope of every kind, of JSON, of bytes that are not text, and of a GET', () => {
  expect(golden.sort()).toEqual([
    'v1-event-json.json',
    'v1-event.json',
    'v1-message-get.json',
    'v1-message-not-utf8.json',
    'v1-message.json',
    'v1-status.json',
    'v1-usage.json',
    'v2-event-json.json',
    'v2-event.json',
    'v2-message-get.json',
    'v2-message-not-utf8.json',
    'v2-message.json',
    'v2-status.json',
    'v2-unrecognized.json',
    'v2-usage.json',
  ]);
});

test.each(golden)('the golden envelope %s decodes to its recorded fields', (name) => {
  const { message, means } = readGolden(name);
  const { body, ...rest } = decodeEnvelope(message);
  // Version 1 did not carry the hash of the signed text, so decoding computes a substitute.
  const substitute = name.startsWith('v1-') ? { signedTextHash: sha256Hex } : {};
  expect({ ...rest, bodyHex: body.toString('hex') }).toEqual({ ...means, ...substitute });
});

test.each(golden.filter((name) => name.startsWith('v2-')))(
  'the golden envelope %s is encoded the same today',
  (name) => {
    const { message } = readGolden(name);
    expect(JSON.parse(encodeEnvelope(decodeEnvelope(message)))).toEqual(JSON.parse(message));
  },
);

describe('the substitute for the hash of the signed text, which version 1 lacks', () => {
  const first = JSON.parse(readGolden('v1-message.json').message) as Record<string, unknown>;
  const hashWith = (changes: Record<string, unknown>): string =>
    decodeEnvelope(JSON.stringify({ ...first, ...changes })).signedTextHash;

  test('is equal for two deliveries of the same webhook', () => {
    expect(hashWith({ requestId: 'another', receivedAt: '2026-02-01T00:00:00.000Z', tokenSlot: 'previous' })).toBe(
      hashWith({}),
    );
  });

  test('differs with the route, the query and the body', () => {
    const hashes = [{}, { route: 'events' }, { query: 'call=1' }, { body: 'Body=other' }].map(hashWith);
    expect(new Set(hashes).size).toBe(4);
  });

  test('is kept when the envelope is encoded again, in version 2', () => {
    const again = JSON.parse(encodeEnvelope(decodeEnvelope(readGolden('v1-message.json').message))) as unknown;
    expect(again).toEqual({ ...first, schemaVersion: 2, signedTextHash: hashWith({}) });
  });
});

const valid = JSON.parse(readGolden('v2-message.json').message) as Record<string, unknown>;
const changed = (changes: Record<string, unknown>) => JSON.stringify({ ...valid, ...changes });
const omitted = (name: string) =>
  JSON.stringify(Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name)));

test.each([
  ['no JSON', 'From=%2B15550100001', 'not_json'],
  ['a JSON string', '"text"', 'not_an_envelope'],
  ['null', 'null', 'not_an_envelope'],
  ['an array', '[]', 'not_an_envelope'],
  ['an object without version', '{"__proto__":{"schemaVersion":2}}', 'not_an_envelope'],
  ['a newer version', changed({ schemaVersion: 3 }), 'unknown_version'],
  ['a version as text', changed({ schemaVersion: '2' }), 'unknown_version'],
  ['an unknown kind', changed({ kind: 'call' }), 'invalid_field'],
  ['an unknown route', changed({ route: 'admin' }), 'invalid_field'],
  ['an unknown content type', changed({ contentType: 'xml' }), 'invalid_field'],
  ['a malformed account SID', changed({ accountSid: 'AC1' }), 'invalid_field'],
  ['an impossible time', changed({ receivedAt: '2026-13-31T10:00:00.000Z' }), 'invalid_field'],
  ['a time without milliseconds', changed({ receivedAt: '2026-01-31T10:00:00Z' }), 'invalid_field'],
  ['an empty event id', changed({ eventId: '' }), 'invalid_field'],
  ['an event id over its length', changed({ eventId: 'x'.repeat(1025) }), 'invalid_field'],
  ['a hash of the signed text in capitals', changed({ signedTextHash: 'F'.repeat(64) }), 'invalid_field'],
  ['a hash of the signed text that is too short', changed({ signedTextHash: 'f'.repeat(63) }), 'invalid_field'],
  ['a body that is not a string', changed({ body: { length: 1e9 } }), 'invalid_field'],
  ['an unknown encoding of the body', changed({ bodyEncoding: 'hex' }), 'invalid_field'],
  ['an unknown token slot', changed({ tokenSlot: 'next' }), 'invalid_field'],
  ...['eventId', 'signedTextHash', 'kind', 'body', 'query', 'requestId'].map((name) => [
    `no ${name}`,
    omitted(name),
    'invalid_field',
  ]),
])('rejects %s with a code, and does not quote it', (_, message, code) => {
  let thrown: unknown;
  try {
    decodeEnvelope(message);
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof PoisonEnvelopeError)) throw new Error('expected a PoisonEnvelopeError');
  expect(thrown.code).toBe(code);
  expect(thrown.message).not.toContain('1555');
});
