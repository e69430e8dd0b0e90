import { readEnvironment, type EnvironmentReader } from '../../../lambda/shared/runtime/environment';

type Name = 'NAME' | 'COUNT';
const read = <T>(env: Readonly<Record<string, string>>, use: (reader: EnvironmentReader<Name>) => T): T =>
  readEnvironment<Name, T>('the function', env, use);
const hex = { pattern: /^[0-9a-f]+$/, allowed: 'hexadecimal digits' };

test('reads variables, and an optional empty one as undefined', () => {
  const env = { NAME: 'ab', COUNT: '' };
  expect(read(env, (reader) => [reader.text('NAME', hex), reader.optional('COUNT', hex)])).toEqual(['ab', undefined]);
});

test('rejects with every problem in one error', () => {
  const useBoth = (reader: EnvironmentReader<Name>) => {
    reader.text('NAME', hex);
    reader.wholeNumber('COUNT', { min: 1, max: 20 });
    reader.problem('and another one');
  };
  expect(() => read({ NAME: 'xyz' }, useBoth)).toThrow(
    'The environment of the function is wrong: NAME is "xyz", allowed is hexadecimal digits; ' +
      'COUNT is not set; and another one. Deploy the stack again.',
  );
});

test.each(['0', '21', '-1', '1.5', '1e1', ' 7', '7 ', '007', 'x'])('rejects %j as a number from 1 to 20', (value) => {
  const count = () => read({ COUNT: value }, (reader) => reader.wholeNumber('COUNT', { min: 1, max: 20 }));
  expect(count).toThrow(`COUNT is "${value}", allowed is a whole number from 1 to 20`);
});

test.each(['1', '20'])('reads %s as a number from 1 to 20', (value) => {
  const count = read({ COUNT: value }, (reader) => reader.wholeNumber('COUNT', { min: 1, max: 20 }));
  expect(count).toBe(Number(value));
});
