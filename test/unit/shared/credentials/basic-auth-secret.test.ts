import { parseBasicAuthSecret } from '../../../../lambda/shared/credentials/basic-auth-secret';

const first = { username: 'twilio', password: 'one: with a colon' };
const second = { username: 'twilio', password: 'zwei ü' };
const parse = (value: unknown) => parseBasicAuthSecret(JSON.stringify(value));

test.each([[[first]], [[first, second]]])('one pair or two are read: %j', (credentials) => {
  expect(parse({ credentials })).toEqual({ kind: 'ok', secret: { credentials } });
});

test('other keys are ignored, so that a person can leave a note', () => {
  expect(parse({ credentials: [{ ...first, since: '2026' }], unused: 'x' })).toMatchObject({ kind: 'ok' });
});

test('the placeholder of a new secret is distinguished from a mistake', () => {
  expect(parse({ credentials: 'CHANGE_ME', unused: 'x' })).toEqual({ kind: 'placeholder' });
});

test.each([
  undefined,
  '',
  'CHANGE_ME',
  'null',
  '[]',
  '{}',
  '{"credentials":[]}',
  '{"credentials":[null]}',
  ...[
    { ...first, username: '' },
    { ...first, password: '' },
    { ...first, username: 'a:b' },
    { ...first, username: 1 },
    { username: 'twilio' },
    { ...first, password: 'x'.repeat(257) },
  ].map((credential) => JSON.stringify({ credentials: [first, credential] })),
  JSON.stringify({ credentials: [first, second, first] }),
])('rejects %j', (text) => {
  expect(parseBasicAuthSecret(text)).toEqual({ kind: 'invalid' });
});
