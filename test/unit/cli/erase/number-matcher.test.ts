import * as fc from 'fast-check';
import { createNumberMatcher, itemHas } from '../../../../cli/erase/number-matcher';

const number = '+15550100';
const matches = createNumberMatcher(number);

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const everyPercent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const everyUnicode = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
const inLines = (text: string): string => text.replace(/.{20}/g, '$&\r\n');

const encodings: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['percent-encoded', encodeURIComponent],
  ['a form', (text) => new URLSearchParams({ From: text, Body: 'x y' }).toString()],
  ['percent-encoded in every byte', everyPercent],
  ['JSON', (text) => JSON.stringify({ from: text, n: 1 })],
  ['JSON with escapes only', everyUnicode],
  ['base64', base64],
  ['base64 after other letters', (text) => `data${base64(text)}`],
  ['base64url', (text) => Buffer.from(text).toString('base64url')],
  ['base64 in lines', (text) => inLines(base64(text))],
  ['XML', (text) => `<Message to="${text.replace('+', '&#43;')}"/>`],
];
const encoding = fc.constantFrom(...encodings.map(([, encode]) => encode));
/** Two encodings inside each other, after a text and before one, without digits next to the number. */
const around = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\d%\\&+]/g, ''));
const addresses = (of: string) =>
  fc.constantFrom(of, of.slice(1), `whatsapp:${of}`, `sip:${of}@example.com`, `rcs:${of}`, `messenger:${of.slice(1)}`);

describe('the search for a number', () => {
  test.each(encodings)('finds it in %s, alone and twice encoded', (_name, encode) => {
    for (const address of [number, number.slice(1), `whatsapp:${number}`]) {
      // Base64 needs eleven characters, so a form has the address.
      expect(matches(encode(address))).toBe(true);
      for (const [, outer] of encodings) expect(matches(outer(encode(`To=${address}`)))).toBe(true);
    }
  });

  test('finds it in any two encodings, whatever is around it', () => {
    fc.assert(
      fc.property(addresses(number), around, around, encoding, encoding, (address, before, after, inner, outer) => {
        expect(matches(outer(inner(`${before} ${address} ${after}`)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['with 00, as Europeans dial it', `call 00${number.slice(1)}`],
    ['with 011, as Americans dial it', `call 011${number.slice(1)}`],
    ['in full-width characters', 'call \uff0b\uff11\uff15\uff15\uff15\uff10\uff11\uff10\uff10.'],
  ])('finds it %s', (_name, text) => {
    expect(matches(text)).toBe(true);
  });

  test.each(['9', '1', '0', '00'])('does not find a longer number: %s before 00', (before) => {
    expect(matches(`${before}00${number.slice(1)}`)).toBe(false);
  });

  test('does not find another number, in any two encodings', () => {
    const other = fc
      .tuple(fc.stringMatching(/^\d{0,3}$/), fc.stringMatching(/^\d{0,3}$/))
      .filter(([before, after]) => before + after !== '' && !['00', '011'].includes(before))
      .map(([before, after]) => `+${before}${number.slice(1)}${after}`);
    fc.assert(
      fc.property(other, around, encoding, encoding, (address, text, inner, outer) => {
        expect(matches(outer(inner(`${text} ${address} ${text}`)))).toBe(false);
        expect(matches(outer(inner(`${text} whatsapp:${address}`)))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('does not find it in texts without it', () => {
    fc.assert(
      fc.property(fc.string(), encoding, encoding, (text, inner, outer) => {
        fc.pre(!text.includes(number.slice(1)));
        expect(matches(outer(inner(text)))).toBe(false);
      }),
    );
  });

  test.each([
    ['+1 555 0100', true],
    ['+1 (555) 01-00', true],
    ['call +1.555.0100!', true],
    ['Body=call+%2B1+555+0100', true],
    ['1 555 0100', false],
    ['+1 555 01001', false],
    ['15550100', true],
    ['"from":15550100,', true],
    ['https://example.com/15550100?x', true],
  ])('in a text of people: %s → %s', (text, found) => {
    expect(matches(text)).toBe(found);
  });

  test('tells an encoded space before a number from its first digits', () => {
    const space = createNumberMatcher('+2015550100');
    expect(space('Body=Call%2015550100')).toBe(false);
    expect(matches('Body=Call%2015550100')).toBe(true);
    expect(space('From=%2B2015550100')).toBe(true);
  });

  test('takes time in proportion to the text', () => {
    const text = `${'%25'.repeat(50_000)}${base64('x'.repeat(100_000))}${'\\\\u0041'.repeat(20_000)}`;
    const started = performance.now();
    expect(matches(text)).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('the search in an item', () => {
  test.each([
    ['a text', { body: { S: `from ${number}` } }],
    ['the sort key', { pk: { S: 'AC1#OPT-OUTS' }, sk: { S: `MG1#${number}` } }],
    ['a list of maps', { media: { L: [{ M: { url: { S: `https://example.com/?n=${number.slice(1)}` } } }] } }],
    ['a name in a map', { map: { M: { [number]: { S: 'x' } } } }],
    ['bytes', { raw: { B: Buffer.from(`x${number}`) } }],
    ['a set', { numbers: { SS: ['a', number] } }],
    ['base64', { payloadBase64: { S: base64(`{"to":"${number}"}\u00ff`) } }],
  ])('finds it in %s', (_name, item) => {
    expect(itemHas(item, matches)).toBe(true);
  });

  test('does not take the counters and times of the gateway for a number', () => {
    expect(itemHas({ expiresAt: { N: '15550100' }, body: { S: 'x' } } as never, matches)).toBe(false);
  });
});
