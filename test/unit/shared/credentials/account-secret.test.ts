import { maxSharedKeys, parseAccountSecret } from '../../../../lambda/shared/credentials/account-secret';

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
  ['a token that is not a string', JSON.stringify({ accountSid, authToken: 7 })],
  ['no account', JSON.stringify({ authToken: 'token' })],
  ['an API key in place of the account', JSON.stringify({ accountSid: `SK${'a'.repeat(32)}`, authToken: 'token' })],
])('rejects %s, and says what is wrong without quoting it', (_, text) => {
  const result = parseAccountSecret(text);
  if (result.kind !== 'invalid') throw new Error(`the secret must be invalid, not ${result.kind}`);
  expect(result.detail).not.toBe('');
  expect(result.detail).not.toContain('token\n');
  expect(result.detail).not.toContain('SK');
});

describe('SharedKeys', () => {
  const sharedKey = (name: unknown, key: unknown) => ({ name, key });
  const withKeys = (sharedKeys: unknown) => parse({ accountSid, authToken: 'token', sharedKeys });
  const many = (count: number) => Array.from({ length: count }, (_, at) => sharedKey(`key-${at}`, 'secret'));

  test.each([
    ['none', []],
    ['one', [sharedKey('webhooks_shared_key_1', 'secret+/=')]],
    ['as many as there may be', many(maxSharedKeys)],
  ])('%s is read', (_, sharedKeys) => {
    expect(withKeys(sharedKeys)).toEqual({
      kind: 'ok',
      secret: { accountSid, authToken: 'token', sharedKeys },
    });
  });

  test.each([
    ['too many', many(maxSharedKeys + 1)],
    ['no list', { name: 'a', key: 'secret' }],
    ['null', null],
    ['an element that is no object', ['secret']],
    ['an empty key', [sharedKey('a', '')]],
    ['a key of white space', [sharedKey('a', ' ')]],
    ['a key with a line break at its end', [sharedKey('a', 'secret\n')]],
    ['a key that is not a string', [sharedKey('a', 7)]],
    ['a missing key', [{ name: 'a' }]],
    ['an empty name', [sharedKey('', 'secret')]],
    ['a name of other characters', [sharedKey('a b', 'secret')]],
    ['a name twice', [sharedKey('a', 'secret'), sharedKey('a', 'other')]],
  ])('rejects %s, without quoting it', (_, sharedKeys) => {
    const result = withKeys(sharedKeys);
    expect(result.kind).toBe('invalid');
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
