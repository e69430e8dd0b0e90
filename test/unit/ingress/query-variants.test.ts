import fc from 'fast-check';
import { queryVariants } from '../../../lambda/ingress/query-variants';
import { parseForm } from '../../../lambda/shared/form';

test('the query as it came is the first, and the only one where nothing could have been written otherwise', () => {
  expect(queryVariants('Body=hello&To=1')).toEqual(['Body=hello&To=1']);
  expect(queryVariants('To=1&Body=hello')).toEqual(['To=1&Body=hello', 'Body=hello&To=1']);
  expect(queryVariants('')).toEqual(['']);
});

test.each([
  ["Body=It's+ok", 'Body=It%27s+ok'],
  ['To=client:a@b', 'To=client%3Aa%40b'],
  ['To=client:a@b', 'To=client%3aa%40b'],
  ['Body=a%20b', 'Body=a+b'],
  ['Body=a+b', 'Body=a%20b'],
  ["Body=It's%20ok&From=x", 'From=x&Body=It%27s+ok'],
])('a query that was signed as %s is found where it came as %s', (signed, received) => {
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
      expect(variants.length).toBeLessThanOrEqual(18);
      expect(variants[0]).toBe(query);
      for (const variant of variants) expect(parseForm(variant)).toEqual(params);
    }),
    { numRuns: 500 },
  );
});
