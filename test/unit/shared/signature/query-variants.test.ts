import fc from 'fast-check';
import { queryVariants } from '../../../../lambda/shared/signature/query-variants';
import { parseForm } from '../../../../lambda/shared/payload/form';

test('the received query is the first variant, and the only one if it can be written in only one way', () => {
  expect(queryVariants('Body=hello')).toEqual(['Body=hello']);
  expect(queryVariants('To=1&Body=hello')).toEqual(['To=1&Body=hello', 'Body=hello&To=1']);
  expect(queryVariants('Body=hello&To=1')).toEqual(['Body=hello&To=1', 'To=1&Body=hello']);
  expect(queryVariants('')).toEqual(['']);
});

test('up to four parameters are tried in every order, more only in the received order and sorted', () => {
  expect(queryVariants('a=1&b=2&c=3')).toHaveLength(6);
  expect(queryVariants('a=1&b=2&c=3&d=4')).toHaveLength(24);
  expect(queryVariants('a=1&b=2&c=3&d=4&e=5')).toHaveLength(1);
  expect(queryVariants('e=5&a=1&b=2&c=3&d=4')).toHaveLength(2);
});

test('the values of a repeated name stay in their order', () => {
  expect(queryVariants('b=2&a=1&b=1')).toEqual(['b=2&a=1&b=1', 'a=1&b=2&b=1']);
});

test.each([
  ["Body=It's+ok", 'Body=It%27s+ok'],
  ["To=It's%40b", 'To=It%27s%40b'],
  ['To=client:a@b', 'To=client%3Aa%40b'],
  ['To=client:a@b', 'To=client%3aa%40b'],
  ['Body=a%20b', 'Body=a+b'],
  ['Body=a+b', 'Body=a%20b'],
  ["Body=It's%20ok&From=x", 'From=x&Body=It%27s+ok'],
  ['b=2&a=1', 'a=1&b=2'],
  ['store=7&lang=de&call=1', 'call=1&lang=de&store=7'],
])('a query that was signed as %s is found if it was received as %s', (signed, received) => {
  expect(queryVariants(received)).toContain(signed);
});

const characters = fc.constantFrom(
  'a',
  'B',
  '=',
  '&',
  '+',
  '%20',
  '%27',
  '%40',
  '%3A',
  '%3a',
  '%41',
  '%26',
  '%3D',
  "'",
  '%',
  '1',
);
const queries = fc.array(characters, { maxLength: 40 }).map((parts) => parts.join(''));

test('every form has the same parameters, in particular the order of the values of one name, so none admits what was not signed', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const params = parseForm(query);
      const variants = queryVariants(query);
      expect(variants.length).toBeLessThanOrEqual(18 + 23);
      expect(variants[0]).toBe(query);
      for (const variant of variants) expect(parseForm(variant)).toEqual(params);
    }),
    { numRuns: 500 },
  );
});
