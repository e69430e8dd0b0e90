import fc from 'fast-check';
import { canonicalParams, countParams, parseForm, single } from '../../../../lambda/shared/payload/form';

/** What the URL standard makes of the same bytes: the oracle. */
const oracle = (form: Buffer) => {
  const params = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams('&' + form.toString('latin1').replace(/[^\x20-\x7e]/g, escapeByte))) {
    params.set(name, [...(params.get(name) ?? []), value]);
  }
  return params;
};
/** URLSearchParams takes text, of which it drops a leading `?`; a raw byte means the same as its escape. */
const escapeByte = (byte: string) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;

const asMap = (params: ReturnType<typeof parseForm>) =>
  new Map(Object.keys(params).map((name) => [name, [params[name] ?? []].flat()]));

/** Bytes of which many are escapes, separators and broken UTF-8. */
const formBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('&', '=', '+', '%', '%C3', '%A9', '%f0%9f%91%8b', '%ED%A0%80', '%ff', '%zz', '%4', 'Body', ';'),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .chain((parts) => fc.uint8Array({ maxLength: 4 }).map((tail) => Buffer.concat([Buffer.from(parts.join('')), tail])));

test('any bytes are parsed as the URL standard parses them', () => {
  fc.assert(
    fc.property(formBytes, (form) => {
      expect(asMap(parseForm(form))).toEqual(oracle(form));
    }),
    { numRuns: 300 },
  );
});

test('the number of parameters is never underestimated', () => {
  fc.assert(
    fc.property(formBytes, (form) => {
      const parsed = [...oracle(form).values()].flat().length;
      expect(countParams(form)).toBeGreaterThanOrEqual(parsed);
      expect(countParams(form.toString('latin1'))).toBe(countParams(form));
    }),
  );
});

test('empty values are kept, repeats become an array, nothing is trimmed or nested', () => {
  expect({ ...parseForm('a=&b&c=1&c=2&d[e]=+x+&c=1') }).toEqual({
    a: '',
    b: '',
    c: ['1', '2', '1'],
    'd[e]': ' x ',
  });
});

test.each(['__proto__', 'constructor', 'hasOwnProperty'])('%s is a parameter like any other', (name) => {
  const params = parseForm(`${name}=evil`);
  expect(Object.keys(params)).toEqual([name]);
  expect(single(params, name)).toBe('evil');
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

test('a parameter that is absent or has several values is not single, and one value repeated is one', () => {
  const params = parseForm('a=1&b=1&b=1&c=1&c=2');
  expect(single(params, 'a')).toBe('1');
  expect(single(params, 'b')).toBe('1');
  expect(single(params, 'c')).toBeUndefined();
  expect(single(params, 'toString')).toBeUndefined();
});

test('the canonical form knows neither order nor repeats, and keeps names and values apart', () => {
  const canonical = (form: string) => canonicalParams(parseForm(form));
  expect(canonical('b=2&a=1&b=1&b=2')).toEqual([
    ['a', ['1']],
    ['b', ['1', '2']],
  ]);
  expect(canonical('a=bc')).not.toEqual(canonical('ab=c'));
  expect(canonical('a=1&b=2')).not.toEqual(canonical('a=1b2'));
});

test('an empty text has no parameters', () => {
  expect(countParams('')).toBe(0);
  expect(Object.keys(parseForm(''))).toEqual([]);
});
