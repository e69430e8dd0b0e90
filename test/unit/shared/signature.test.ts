import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import {
  bodyHash,
  isSignatureShaped,
  sign,
  signableUrl,
  signedUrl,
  verifyBodyHash,
  verifySignature,
  type SigningKey,
} from '../../../lambda/shared/signature';

const key = (secret: string): SigningKey => ({ algorithm: 'HMAC-SHA1', secret });
const url = 'https://hooks.example/dev/messages';
const text = fc.string({ unit: 'binary', maxLength: 20 });
const fields = fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), {
  maxKeys: 6,
});

test("what Twilio's own helper signs verifies, and signing gives the same", () => {
  fc.assert(
    fc.property(
      text.filter((secret) => secret !== ''),
      fields,
      (secret, params) => {
        const expected = getExpectedTwilioSignature(secret, url, params);
        expect(sign(key(secret), { url, params })).toBe(expected);
        expect(verifySignature(key(secret), expected, { url, params })).toBe(true);
      },
    ),
  );
});

test('rejects the signature of another key, another URL or other parameters', () => {
  const params = { Body: 'hello' };
  const signature = sign(key('token'), { url, params });
  expect(verifySignature(key('other'), signature, { url, params })).toBe(false);
  expect(verifySignature(key('token'), signature, { url: `${url}?x`, params })).toBe(false);
  expect(verifySignature(key('token'), signature, { url, params: { Body: 'hello!' } })).toBe(false);
});

test('rejects the empty key, whatever it signed', () => {
  const content = signedUrl(url);
  expect(verifySignature(key(''), sign(key(''), content), content)).toBe(false);
});

test('rejects with false, and never throws, for any header and any URL', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (header, anyUrl) => {
      expect(verifySignature(key('token'), header, signedUrl(anyUrl))).toBe(false);
      expect(verifySignature(key('token'), `${'A'.repeat(27)}=`, signedUrl(anyUrl))).toBe(false);
    }),
  );
});

test('a signature has the shape of 20 bytes in base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      expect(isSignatureShaped(Buffer.from(bytes).toString('base64'))).toBe(true);
    }),
  );
  for (const other of [
    '',
    'A'.repeat(28),
    `${'A'.repeat(27)}=\n`,
    ` ${'A'.repeat(26)}=`,
    `${'-'.repeat(27)}=`,
  ]) {
    expect(isSignatureShaped(other)).toBe(false);
  }
});

describe('the hash of a JSON body', () => {
  const body = Buffer.from('{"a":"é"}');
  const hash = createHash('sha256').update(body).digest('hex');

  test('is the lower-case hexadecimal SHA-256 of its bytes', () => {
    expect(bodyHash(body)).toBe(hash);
    expect(verifyBodyHash(`x=1&bodySHA256=${hash}&y=2`, body)).toBe('match');
  });

  test.each([
    ['', 'missing'],
    ['xbodySHA256=1', 'missing'],
    [`bodySHA256=${hash}&bodySHA256=${hash}`, 'repeated'],
    ['bodySHA256=', 'mismatch'],
    [`bodySHA256=${hash.toUpperCase()}`, 'mismatch'],
    [`bodySHA256=${hash.replace(/.$/, 'x')}`, 'mismatch'],
    [`bodySHA256=${'é'.repeat(32)}`, 'mismatch'],
  ])('rejects the query ?%s as %s', (query, result) => {
    expect(verifyBodyHash(query, body)).toBe(result);
  });
});

test.each([
  ['https://hooks.example/dev', 'https://hooks.example/dev'],
  ['https://user:pass@hooks.example/dev', 'https://hooks.example/dev'],
  ['https://hooks.example/dev?b=2&a=it%27s#rc=3&rp=5xx', 'https://hooks.example/dev?b=2&a=it%27s'],
])('the configured URL %s is signed as %s', (configured, signed) => {
  expect(signableUrl(configured)).toBe(signed);
});

test('rejects a configured URL that is none', () => {
  expect(() => signableUrl('/dev')).toThrow('Invalid URL');
});
