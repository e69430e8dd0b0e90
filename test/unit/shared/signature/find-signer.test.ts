import type { Account, Credentials } from '../../../../lambda/shared/credentials/credentials';
import { parseForm } from '../../../../lambda/shared/payload/form';
import { sign, type SigningKey } from '../../../../lambda/shared/signature/signature';
import { claimOf, findSigner, type AccountClaim } from '../../../../lambda/shared/signature/find-signer';

const sid = (character: string): string => `AC${character.repeat(32)}`;
const account = (character: string, sharedKeys: readonly string[] = []): Account => ({
  current: {
    accountSid: sid(character),
    authToken: `token-of-${character}`,
    sharedKeys: sharedKeys.map((key, at) => ({ name: `key-${at}`, key })),
  },
  pending: { accountSid: sid(character), authToken: `pending-of-${character}` },
  previous: undefined,
  isStale: false,
});
const credentialsOf = (...usable: readonly Account[]): Credentials => ({
  accounts: () => Promise.resolve({ usable, failures: [] }),
  waitForReads: () => Promise.resolve(false),
  pollForNewVersions: () => Promise.resolve(false),
  finishReads: () => Promise.resolve(),
});
const url = 'https://hooks.example/dev/events';
const signedBy = (key: SigningKey, body: string, query = '') => ({
  algorithm: key.algorithm,
  signature: sign(key, { url: url + query, params: parseForm(body) }),
});
const token = (secret: string): SigningKey => ({ algorithm: 'HMAC-SHA1', secret });
const any: AccountClaim = { kind: 'any' };

test('a request that names no account belongs to the account whose key verifies it, and the signed text is returned', async () => {
  const credentials = credentialsOf(account('a'), account('b'), account('c'));
  for (const [key, accountSid, tokenSlot] of [
    [token('token-of-b'), sid('b'), 'current'],
    [token('pending-of-c'), sid('c'), 'pending'],
  ] as const) {
    const result = await findSigner(
      credentials,
      signedBy(key, 'b=2&a=1'),
      [{ url, params: parseForm('b=2&a=1') }],
      any,
    );
    expect(result).toEqual({
      signer: { accountSid, tokenSlot, stale: false, signedText: `${url}a1b2` },
    });
  }
});

test('a captured signature gives the same text for every query and variant that it is sent with', async () => {
  const credentials = credentialsOf(account('a'));
  const presented = signedBy(token('token-of-a'), 'a=1', '?note=a%20b');
  const params = parseForm('a=1');
  for (const queries of [['note=a%20b'], ['note=a+b'], ['nothing', 'note=a+b'], ['note=a+b', 'note=a%20b']]) {
    const contents = queries.map((query) => ({ url: `${url}?${query}`, params }));
    expect(await findSigner(credentials, presented, contents, any)).toMatchObject({
      signer: { signedText: `${url}?note=a%20ba1` },
    });
  }
});

test.each([
  ['AccountSid=' + sid('a'), { kind: 'account', accountSid: sid('a') }],
  [`AccountSid=${sid('a')}&AccountSid=${sid('a')}`, { kind: 'account', accountSid: sid('a') }],
  [`AccountSid=${sid('a')}&AccountSid=${sid('b')}`, any],
  ['AccountSid=', any],
  ['AccountSid=../../x', any],
  ['interactionAccountSid=' + sid('a'), any],
  ['', any],
])('the claim of the form %s', (form, claim) => {
  expect(claimOf(parseForm(form))).toEqual(claim);
});

test('rejects a forgery with as much work for an unknown account as for the one with the most keys', async () => {
  const keys = Array.from({ length: 10 }, (_, at) => `made-up-shared-key-${at}`);
  const credentials = credentialsOf(account('a', keys), account('b'));
  const params = parseForm(`a=${'x'.repeat(60_000)}`);
  const presented = { algorithm: 'HMAC-SHA256', signature: `${'A'.repeat(43)}=` } as const;
  const claims = ['a', 'b', 'f'].map((character) => ({ kind: 'account', accountSid: sid(character) }) as const);
  const times = claims.map((): number[] => []);
  for (let round = 0; round < 21; round += 1) {
    for (const [at, claim] of claims.entries()) {
      const since = process.hrtime.bigint();
      expect(await findSigner(credentials, presented, [{ url, params }], claim)).toHaveProperty('rejection');
      times[at]?.push(Number(process.hrtime.bigint() - since));
    }
  }
  const [most = 0, fewer = 0, unknown = 0] = times.map((some) => Math.min(...some));
  // Without the dummy work it would take a fifth of the time or less.
  expect(fewer / most).toBeGreaterThan(0.5);
  expect(unknown / most).toBeGreaterThan(0.5);
});
