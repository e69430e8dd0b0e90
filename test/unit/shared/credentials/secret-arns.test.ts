import { readSecretArns, joinArns } from '../../../../lambda/shared/credentials/secret-arns';

const beginning = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:AccountSecrets';

test.each([
  ['one ARN', `${beginning}main-a`, [`${beginning}main-a`]],
  ['several', `${beginning}a,${beginning}b`, [`${beginning}a`, `${beginning}b`]],
  ['a shared beginning', joinArns(beginning, 'a-1,b-2'), [`${beginning}a-1`, `${beginning}b-2`]],
  ['a shared beginning of one', joinArns(beginning, 'a-1'), [`${beginning}a-1`]],
])('%s is read', (_name, text, arns) => {
  expect(readSecretArns(text)).toEqual(arns);
});

test.each(['x{a', 'x}a', 'x{a}{b}', '{a}x'])(
  'a text in neither form is left unchanged, and is not an ARN: %s',
  (text) => {
    expect(readSecretArns(text)).toEqual([text]);
  },
);
