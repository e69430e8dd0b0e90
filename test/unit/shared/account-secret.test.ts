import { parseAccountSecret } from '../../../lambda/shared/account-secret';

const accountSid = `AC${'a'.repeat(32)}`;
const parse = (secret: unknown) => parseAccountSecret(JSON.stringify(secret));

test('a secret in the shape of the managed external secret is read; further fields do not matter', () => {
  expect(parse({ accountSid, authToken: 'token', validationUrl: 'x' })).toEqual({
    kind: 'ok',
    secret: { accountSid, authToken: 'token' },
  });
});

test.each([
  ['CHANGE_ME'],
  ['{"accountSid":"CHANGE_ME","authToken":"random"}'],
  [`{"accountSid":"${accountSid}","authToken":"CHANGE_ME"}`],
])('rejects the placeholder %s as such', (text) => {
  expect(parseAccountSecret(text)).toEqual({ kind: 'placeholder' });
});

test.each([
  ['nothing', undefined],
  ['empty text', ''],
  ['no JSON', 'token'],
  ['null', 'null'],
  ['a list', '[]'],
  ['an empty token', JSON.stringify({ accountSid, authToken: '' })],
  ['a token of white space', JSON.stringify({ accountSid, authToken: ' ' })],
  ['a token with a line break at its end', JSON.stringify({ accountSid, authToken: 'token\n' })],
  ['a token that is no text', JSON.stringify({ accountSid, authToken: 7 })],
  ['no account', JSON.stringify({ authToken: 'token' })],
  [
    'an API key in place of the account',
    JSON.stringify({ accountSid: `SK${'a'.repeat(32)}`, authToken: 'token' }),
  ],
])('rejects %s, and says what is wrong without quoting it', (_, text) => {
  const result = parseAccountSecret(text);
  if (result.kind !== 'invalid') throw new Error(`the secret must be invalid, not ${result.kind}`);
  expect(result.detail).not.toBe('');
  expect(result.detail).not.toContain('token\n');
  expect(result.detail).not.toContain('SK');
});
