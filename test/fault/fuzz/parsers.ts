import { parseWebhook } from '../../../lambda/consumer/parse-webhook';
import {
  decodeEnvelope,
  encodeEnvelope,
  PoisonEnvelopeError,
  type Envelope,
} from '../../../lambda/shared/payload/envelope';
import { countParams, parseForm } from '../../../lambda/shared/payload/form';
import { routeNames, routes } from '../../../lambda/shared/contract/routes';
import { readJsonBody } from '../../../lambda/shared/payload/cloud-events';
import { readingDigest, readParams } from '../../../lambda/shared/payload/reading';
import { assert } from '../experiments/experiment-gateway';
import { bytes, type Target } from './fuzz';

/** Far more than inputs of a few hundred bytes need, far less than a hang. */
const maxMs = 500;

const inTime = (work: () => void): void => {
  const startedAt = performance.now();
  work();
  const took = performance.now() - startedAt;
  assert.ok(took < maxMs, `it took ${took.toFixed(0)} ms`);
};

/** PoisonEnvelopeError is the only error that the code may throw. */
const allowPoison = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof PoisonEnvelopeError)) throw error;
  }
};

const form: Target = {
  name: 'form',
  holds:
    'no bytes make the parser throw, hang, or count fewer parameters than it finds; it agrees with URLSearchParams',
  inputs: bytes(['&', '=', '%', '+', '%00', '%ZZ', '%E2%82', 'Body', '__proto__', 'constructor', ';', '\u0000', 'é']),
  probe: (input) => {
    inTime(() => {
      const params = parseForm(input);
      const found = Object.entries(params).flatMap(([name, values]) =>
        [values].flat().map((value) => [name, value] as const),
      );
      assert.ok(found.length <= countParams(input));
      const text = input.toString('utf8');
      // Twilio sends ASCII; Node departs from the standard for other characters between escapes.
      if (!/^(?!\?)[\x00-\x7f]*$/.test(text)) return;
      const expected = [...new URLSearchParams(text)];
      const byText = (pairs: readonly (readonly [string, string])[]): string[] =>
        pairs.map((pair) => JSON.stringify(pair)).sort();
      assert.deepEqual(byText(found), byText(expected));
    });
  },
};

const example: Envelope = {
  eventId: 'event',
  signedTextHash: 'f'.repeat(64),
  kind: 'event',
  route: 'events',
  accountSid: 'AC00000000000000000000000000000001',
  contentType: 'json',
  body: Buffer.alloc(0),
  query: '',
  receivedAt: '2026-11-22T00:00:00.000Z',
  requestId: 'request',
  tokenSlot: 'current',
};

const jsonPieces = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '"id"',
  '"id":"a"',
  '1e400',
  '-0',
  '\\u0000',
  '\\ud800',
  'null',
  ' ',
  '[{"id":"a"},',
  '{"id":"b"}]',
  '"__proto__"',
  '"specversion":"1.0","type":"t","source":"/s","id":"a"',
  '{"specversion":"1.0","type":"t","source":"/s","id":"b"}',
  '[{"specversion":"1.0","type":"t","source":"/s","id":"c","n":1.0e400},',
];

const json: Target = {
  name: 'json',
  holds: 'every JSON body can be stored, a CloudEvent as its exact text; nothing makes the reader hang',
  inputs: bytes(jsonPieces),
  probe: (input) => {
    inTime(() => {
      const reading = readJsonBody(input);
      const stored = parseWebhook({ ...example, body: input });
      assert.ok(stored.length > 0, 'it is accepted and nothing is stored');
      if (reading.kind !== 'cloud_events') return;
      assert.equal(stored.length, reading.events.length);
      const parsed: unknown = JSON.parse(input.toString('utf8'));
      assert.deepEqual(
        reading.events.map(({ payload }): unknown => JSON.parse(payload)),
        [parsed].flat(),
      );
    });
  },
};

const names = [
  'MessageSid',
  'MessageStatus',
  'ErrorCode',
  'ErrorUrl',
  'UsageTriggerSid',
  'IdempotencyToken',
  'AccountSid',
  'NumMedia',
  'MediaUrl0',
];

const reading: Target = {
  name: 'reading',
  holds: 'every form and query can be stored on every route; its digest is equal for equal parameters and no others',
  inputs: bytes([
    ...names.flatMap((name) => [`&${name}=`, name]),
    `SM${'a'.repeat(32)}`,
    `UT${'b'.repeat(32)}`,
    example.accountSid,
    'delivered',
    '30003',
    '%00',
    '%FF',
    '+',
    '&',
    '=',
  ]),
  probe: (input) => {
    inTime(() => {
      const params = parseForm(input);
      for (const route of routeNames) {
        const { kind } = routes[route];
        const form: Envelope = { ...example, route, kind, contentType: 'form', body: input };
        const [stored, ...others] = parseWebhook(form);
        assert.equal(others.length, 0);
        const isUnrecognized = readParams(kind, params).kind === 'unrecognized';
        assert.equal(stored?.kind === 'unrecognized', isUnrecognized);
      }
      const digest = (body: string): string =>
        readingDigest({ contentType: 'form', query: '', body: Buffer.from(body, 'latin1') });
      const text = input.toString('latin1');
      assert.equal(digest(text.split('&').reverse().join('&')), digest(text));
      assert.notEqual(digest(`${text}&fuzz=1`), digest(text));
    });
  },
};

const envelope: Target = {
  name: 'envelope',
  holds: 'every queue message decodes or is poison; every body survives encoding, in ASCII',
  inputs: bytes([
    ...jsonPieces,
    encodeEnvelope(example),
    encodeEnvelope(example).slice(0, -1),
    ...Object.keys(example).map((name) => `,"${name}":`),
    '"schemaVersion":1',
    '"schemaVersion":2',
  ]),
  probe: (input) => {
    inTime(() => {
      allowPoison(() => parseWebhook(decodeEnvelope(input.toString('utf8'))));
      const encoded = encodeEnvelope({ ...example, body: input });
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.deepEqual(decodeEnvelope(encoded), { ...example, body: input });
    });
  },
};

export const parserTargets: readonly Target[] = [form, json, reading, envelope];
