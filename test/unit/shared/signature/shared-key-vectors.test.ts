import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findSignedText,
  presentedSignature,
  sign,
  signableTexts,
  signedTextOf,
  verifySignature,
  type SignedContent,
  type SigningKey,
} from '../../../../lambda/shared/signature/signature';

interface Vector {
  readonly name: string;
  readonly key: string;
  readonly url: string;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly signedText: string;
  readonly signature: string;
}

const { vectors } = JSON.parse(
  readFileSync(join(__dirname, '..', '..', '..', 'fixtures', 'shared-key-vectors.json'), 'utf8'),
) as { readonly vectors: readonly Vector[] }; // the file's schema

const sha256 = (secret: string): SigningKey => ({ algorithm: 'HMAC-SHA256', secret });
const verifiedText = (key: SigningKey, signature: string, content: SignedContent) =>
  findSignedText(key, signature, signableTexts([content]));

describe.each(vectors)('the SharedKey signature of $name', ({ key, url, params, signedText, signature }) => {
  test('has the signature that was computed independently', () => {
    expect(signedTextOf(url, params)).toBe(signedText);
    expect(sign(sha256(key), { url, params })).toBe(signature);
    expect(presentedSignature(signature, 'key=any,algorithm=HMAC_SHA256')).toEqual({
      algorithm: 'HMAC-SHA256',
      signature,
    });
    expect(verifiedText(sha256(key), signature, { url, params })).toBe(signedText);
  });

  test('rejects another key, another algorithm and another text', () => {
    expect(verifySignature(sha256(`${key}x`), signature, { url, params })).toBe(false);
    expect(verifySignature({ algorithm: 'HMAC-SHA1', secret: key }, signature, { url, params })).toBe(false);
    expect(verifySignature(sha256(key), signature, { url: `${url}x`, params })).toBe(false);
    expect(verifySignature(sha256(key), signature, { url, params: { ...params, extra: '' } })).toBe(false);
  });
});

test('a SharedKey is tried with the same spellings of a URL as an Auth Token', () => {
  const url = 'https://hooks.example/dev/events';
  const signed = createHmac('sha256', 'key').update(`${url.replace('.example', '.example:443')}?note=a%20b`);
  const signature = signed.digest('base64');
  expect(verifiedText(sha256('key'), signature, { url: `${url}?note=a+b`, params: {} })).toBe(`${url}?note=a%20b`);
});

test('rejects the empty SharedKey, and a URL that does not parse', () => {
  const content = { url: 'https://hooks.example/dev', params: {} };
  const unparsed = { url: '/dev', params: {} };
  expect(verifySignature(sha256(''), sign(sha256(''), content), content)).toBe(false);
  expect(verifySignature(sha256('key'), sign(sha256('key'), unparsed), unparsed)).toBe(false);
});
