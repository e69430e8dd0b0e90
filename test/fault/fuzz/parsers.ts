import { checkJson } from '../../../lambda/ingress/json-event';
import { readStorable } from '../../../lambda/consumer/storable';
import {
  decodeEnvelope,
  encodeEnvelope,
  PoisonEnvelopeError,
  type Envelope,
} from '../../../lambda/shared/envelope';
import { signedParams } from '../../../lambda/shared/event-id';
import { countParams, parseForm } from '../../../lambda/shared/form';
import { assert } from '../experiments/bench';
import { bytes, type Target } from './fuzz';

/** Far above what these inputs of a few hundred bytes need, far below a hang. */
const maxMs = 500;

const inTime = (work: () => void): void => {
  const startedAt = performance.now();
  work();
  const took = performance.now() - startedAt;
  assert.ok(took < maxMs, `it took ${took.toFixed(0)} ms`);
};

/** Only what the code means to throw. */
const poisonOnly = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof PoisonEnvelopeError) return false;
    throw error;
  }
};

const form: Target = {
  name: 'form',
  holds:
    'no bytes make the parser throw, hang, or count fewer parameters than it finds; it reads what URLs read',
  inputs: bytes([
    '&',
    '=',
    '%',
    '+',
    '%00',
    '%ZZ',
    '%E2%82',
    'Body',
    '__proto__',
    'constructor',
    ';',
    '\u0000',
    'é',
  ]),
  probe: (input) => {
    inTime(() => {
      const params = parseForm(input);
      signedParams(params);
      const found = Object.entries(params).flatMap(([name, values]) =>
        [values].flat().map((value) => [name, value] as const),
      );
      assert.ok(found.length <= countParams(input));
      const text = input.toString('utf8');
      // Twilio sends ASCII; what Node makes of other characters between escapes is not the standard's.
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
];

const json: Target = {
  name: 'json',
  holds: 'what ingress accepts as JSON the consumer can store; nothing makes either throw or hang',
  inputs: bytes(jsonPieces),
  probe: (input) => {
    inTime(() => {
      const isAccepted = checkJson(input) === undefined;
      const isStorable = poisonOnly(() => readStorable({ ...example, body: input }));
      assert.ok(!isAccepted || isStorable, 'ingress accepts it and the consumer cannot store it');
    });
  },
};

const envelope: Target = {
  name: 'envelope',
  holds: 'whatever is on the queue decodes or is called poison; every body survives it, in ASCII',
  inputs: bytes([
    ...jsonPieces,
    encodeEnvelope(example),
    encodeEnvelope(example).slice(0, -1),
    ...Object.keys(example).map((name) => `,"${name}":`),
    '"schemaVersion":1',
  ]),
  probe: (input) => {
    inTime(() => {
      poisonOnly(() => readStorable(decodeEnvelope(input.toString('utf8'))));
      const encoded = encodeEnvelope({ ...example, body: input });
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.deepEqual(decodeEnvelope(encoded), { ...example, body: input });
    });
  },
};

export const parserTargets: readonly Target[] = [form, json, envelope];
