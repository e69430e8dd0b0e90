import { createHash } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import fc from 'fast-check';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks';
import { bodyHash, verifyBodyHash } from '../../../../lambda/shared/signature/body-hash';
import {
  findSignedText,
  isSignatureShaped,
  presentedSignature,
  sign,
  maxSignableBytes,
  signableTexts,
  signedTextOf,
  signedUrl,
  verifySignature,
  type SignedContent,
  type SigningKey,
} from '../../../../lambda/shared/signature/signature';
import { signableUrl } from '../../../../lambda/shared/signature/signable-url';
import { queryVariants } from '../../../../lambda/shared/signature/query-variants';
import { anyCharacter } from '../../../helpers/any-character';

const key = (secret: string): SigningKey => ({ algorithm: 'HMAC-SHA1', secret });
const url = 'https://hooks.example/dev/messages';
const text = fc.string({ unit: anyCharacter, maxLength: 20 });
const fields = fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), {
  maxKeys: 6,
});
const verifiedText = (key: SigningKey, signature: string, content: SignedContent) =>
  findSignedText(key, signature, signableTexts([content]));

test("a signature of Twilio's own helper verifies, and ours is the same", () => {
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
  for (const other of ['', 'A'.repeat(28), `${'A'.repeat(27)}=\n`, ` ${'A'.repeat(26)}=`, `${'-'.repeat(27)}=`]) {
    expect(isSignatureShaped(other)).toBe(false);
  }
});

describe('the hash of a JSON body', () => {
  const body = Buffer.from('{"a":"é"}');
  const hash = createHash('sha256').update(body).digest('hex');

  test('is the lower-case hexadecimal SHA-256 of its bytes', () => {
    expect(bodyHash(body)).toBe(hash);
    expect(verifyBodyHash(`x=1&bodySHA256=${hash}&y=2`, body)).toBe('match');
    expect(verifyBodyHash(`bodySHA256=${hash}&bodySHA256=${hash}`, body)).toBe('match');
  });

  test.each([
    ['', 'missing'],
    ['xbodySHA256=1', 'missing'],
    [`bodySHA256=${hash}&bodySHA256=00`, 'mismatch'],
    [`bodySHA256=00&bodySHA256=${hash}`, 'mismatch'],
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

test("a request is verified exactly if Twilio's own validator verifies it, for every form of the URL", () => {
  const base = fc.constantFrom(
    'https://hooks.example/dev/events',
    'https://hooks.example:443/dev/events',
    'https://hooks.example:8443/dev/events',
    'https://Hooks.Example/dev/é events',
    'http://user:pass@hooks.example/dev',
    'http://127.0.0.1:8080/dev',
    'http://[::1]:8080/dev',
    'wss://hooks.example/dev',
  );
  const query = fc.oneof(
    fc.constant(''),
    fc.string({ unit: anyCharacter, maxLength: 12 }).map((text) => `?${text}`),
    fc.stringMatching(/^\?[a-b=&+%20'"@:~;,#é]{0,12}$/),
  );
  const rewrites: readonly ((url: string) => string)[] = [
    (url) => url,
    (url) => url.replace(/:\d+(?=\/)/, ''),
    (url) => url.replace(/(?<=example|127.0.0.1|\])(?=\/)/, ':443'),
    (url) => url.replace(/(?<=example|127.0.0.1|\])(?=\/)/, ':80'),
    (url) => new URL(url).href,
    (url) => url.replaceAll('+', '%20'),
    (url) => {
      const { href } = new URL(url);
      const at = href.indexOf('?');
      return at === -1 ? href : `${href.slice(0, at)}?${stringify(parse(href.slice(at + 1)))}`;
    },
  ];
  let verified = 0;
  fc.assert(
    fc.property(base, query, fc.constantFrom(...rewrites), fields, (prefix, rest, rewrite, params) => {
      const url = prefix + rest;
      const signature = getExpectedTwilioSignature('token', rewrite(url), params);
      const isValid = validateRequest('token', signature, url, params);
      expect(verifySignature(key('token'), signature, { url, params })).toBe(isValid);
      if (isValid) verified += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(verified).toBeGreaterThan(200);
});

test('the variants of one request do not equal those of another', () => {
  const one = { a: '1' };
  const other = { a: '2' };
  const contents = [one, other, one].map((params) => ({ url, params }));
  const texts = signableTexts([...contents, { url: `${url}?x=1`, params: one }]).map(({ text }) => text);
  expect(texts.sort()).toEqual([`${url}a1`, `${url}a1`, `${url}a2`, `${url}a2`, `${url}?x=1a1`, `${url}?x=1a1`].sort());
});

describe('the text that verified', () => {
  const base = 'https://hooks.example/dev/events';
  const params = { b: ['2', '1', '2'], a: 'x' };
  const signedAs = (signed: string, received: string) =>
    verifiedText(key('token'), getExpectedTwilioSignature('token', signed, params), {
      url: received,
      params,
    });

  test('is the URL and the parameters as signed: sorted, each value of a name once', () => {
    expect(signedAs(base, base)).toBe(`${base}axb1b2`);
    expect(signedTextOf(base, params)).toBe(`${base}axb1b2`);
  });

  test('has the configured base, whichever port Twilio signed', () => {
    for (const signed of [base, base.replace('.example/', '.example:443/')]) {
      expect(signedAs(`${signed}?q=1`, `${base}?q=1`)).toBe(`${base}?q=1axb1b2`);
    }
    const withPort = 'http://127.0.0.1:8080/dev/events';
    expect(signedAs('http://127.0.0.1/dev/events?q', `${withPort}?q`)).toBe(`${withPort}?qaxb1b2`);
    expect(signedAs('http://[::1]/dev?q', 'http://[::1]:8080/dev?q')).toBe('http://[::1]:8080/dev?qaxb1b2');
  });

  test.each([
    ['note=a%20b', ['note=a+b', 'note=a%20b', '%6eote=a+b']],
    ["q=it's%20me", ["q=it's+me", 'q=it%27s+me', 'q=it%27s%20me']],
    ['a=1&a=3&b=2', ['a=1&b=2&a=3', 'a=1&a=3&b=2']],
    ['a=%EF%BF%BD', ['a=%ff', 'a=%fe', 'a=%EF%BF%BD']],
  ])('is that of the signed query %s, however the query was sent', (signed, received) => {
    for (const query of received) {
      expect(signedAs(`${base}?${signed}`, `${base}?${query}`)).toBe(`${base}?${signed}axb1b2`);
    }
  });

  test('is another for each text that Twilio can sign, over any queries', () => {
    const query = fc.stringMatching(/^[a-z%20+=&':@']{0,12}$/);
    fc.assert(
      fc.property(query, query, fields, (signed, received, any) => {
        const signature = getExpectedTwilioSignature('token', `${base}?${signed}`, any);
        const text = verifiedText(key('token'), signature, { url: `${base}?${received}`, params: any });
        // What verifies is the text that was signed, byte for byte, whatever the query looked like.
        if (text !== undefined) expect(text).toBe(signedTextOf(`${base}?${signed}`, any));
        if (signed === received) expect(text).toBeDefined();
      }),
    );
  });
});

describe('the signature of a request', () => {
  const sha1 = `${'A'.repeat(27)}=`;
  const sha256 = `${'A'.repeat(43)}=`;

  test.each([
    [sha1, undefined, 'HMAC-SHA1'],
    [sha256, undefined, 'HMAC-SHA256'],
    [sha256, 'key=any,algorithm=HMAC_SHA256', 'HMAC-SHA256'],
    [sha256, 'algorithm=hmac-sha256, key=any', 'HMAC-SHA256'],
    [sha256, 'something new', 'HMAC-SHA256'],
    [sha1, 'key=any,algorithm=HMAC_SHA1', 'HMAC-SHA1'],
  ])('%s with settings %s is of %s', (signature, settings, algorithm) => {
    expect(presentedSignature(signature, settings)).toEqual({ algorithm, signature });
  });

  test.each([
    ['', undefined],
    [sha1, 'key=any,algorithm=HMAC_SHA256'],
    [sha256, 'key=any,algorithm=HMAC_SHA1'],
    [sha256, 'key=any,algorithm=none'],
    [`${sha1},${sha256}`, undefined],
    [`${'A'.repeat(42)}==`, undefined],
  ])('rejects %s with settings %s', (signature, settings) => {
    expect(presentedSignature(signature, settings)).toBeUndefined();
  });
});

test('the signed texts of a request have a limit: the first form comes first, the largest genuine form has all', () => {
  const textsOf = (value: string) => {
    const params = { Body: value };
    const contents = queryVariants("d=4'%27+%20&c=3%40&b=2%3a&a=1").map((query) => ({
      url: `https://hooks.example/dev/events?${query}`,
      params,
    }));
    return { contents, texts: signableTexts(contents) };
  };
  const genuine = textsOf('\u{1f600}'.repeat(1600));
  expect(new Set(genuine.texts.map(({ content }) => content)).size).toBeGreaterThan(24);
  const huge = textsOf('x'.repeat(256 * 1024));
  const bytes = huge.texts.reduce((sum, text) => sum + text.url.length + text.paramBytes.length, 0);
  expect(bytes).toBeGreaterThan(maxSignableBytes);
  expect(bytes).toBeLessThan(1.5 * maxSignableBytes);
  expect(huge.texts[0]?.content).toBe(huge.contents[0]);
});
