import { bodyHash, verifyBodyHash } from '../../lambda/shared/signature/body-hash';
import { isSignatureShaped, signedUrl, verifySignature } from '../../lambda/shared/signature/signature';
import { testAccount } from '../helpers/test-account';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { encodeForm, formHeaders, sendRaw, type Form, type RawResponse } from '../helpers/webhooks';
import {
  bodyHashVectors,
  officialSignature,
  queryOf,
  signedOf,
  vectors,
  webhookVectors,
  type WebhookVector,
} from './vectors';

const title = ({ id, name }: { readonly id: string; readonly name: string }): string => `${id} (${name})`;
const verdict = ({ expectedValid }: { readonly expectedValid: boolean }): string =>
  expectedValid ? 'accepts' : 'rejects';

describe('the verifier', () => {
  const verify = ({ authToken, url, params, rawBody, signature }: WebhookVector): boolean => {
    const key = { algorithm: 'HMAC-SHA1', secret: authToken } as const;
    const content = params === undefined ? signedUrl(url) : { url, params };
    const bodyIsRight = rawBody === undefined || verifyBodyHash(queryOf(url), Buffer.from(rawBody)) === 'match';
    return verifySignature(key, signature ?? '', content) && bodyIsRight;
  };

  test.each(webhookVectors.map((vector) => [`${verdict(vector)} ${title(vector)}`, vector] as const))(
    '%s',
    (_title, vector) => {
      expect(verify(vector)).toBe(vector.expectedValid);
    },
  );

  // The vectors of hashes publish the body alone. These are the hashes that the suites and the documentation print
  // with them.
  const publishedHashes: Readonly<Record<string, string>> = {
    v003: '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620',
    v004: '1a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620',
    v034: '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620',
    v136: '5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9',
  };
  test.each(bodyHashVectors.map((vector) => [`${verdict(vector)} ${title(vector)}`, vector] as const))(
    '%s',
    (_title, { id, rawBody, expectedValid }) => {
      const hash = publishedHashes[id] ?? '';
      expect(bodyHash(Buffer.from(rawBody)) === hash).toBe(expectedValid);
      expect(verifyBodyHash(`bodySHA256=${hash}`, Buffer.from(rawBody))).toBe(expectedValid ? 'match' : 'mismatch');
    },
  );
});

/**
 * Where we differ on purpose: what a configured URL has before `@` does not take part in the signature, in whatever
 * form it was configured. Twilio signs the URL without it (https://www.twilio.com/docs/usage/security), so the twins of
 * these vectors are accepted when signed without, and refused when signed as the suites do.
 */
const signedWithUserInfo: readonly string[] = ['v014', 'v015', 'v016'];
const withoutUserInfo = (url: string): string => url.replace(/^(\w+:\/\/)[^/@]*@/, '$1');

/** The vector's scheme, user information and port, with our host. */
const originOf = ({ url }: WebhookVector): string =>
  url.replace(/^(\w+:\/\/(?:[^/@]*@)?)[^/:@]+((?::\d+)?)\/.*$/, '$1gateway.example.com$2');

const origins = [...new Set(webhookVectors.map(originOf))];
const overHttp: string[] = [];

/** The same webhook on our own route: same query and parameters, and those that identify it and its account. */
const twinOf = (
  vector: WebhookVector,
  publicUrl: string,
): { readonly query: string; readonly form: Form; readonly body: string; readonly url: string } => {
  if (vector.rawBody === undefined) {
    const form = { ...vector.params, AccountSid: testAccount.accountSid, Vector: vector.id };
    const query = queryOf(vector.url);
    return {
      query,
      form,
      body: encodeForm(form),
      url: `${publicUrl}/events${query === '' ? '' : `?${query}`}`,
    };
  }
  const parsed = JSON.parse(vector.rawBody) as Readonly<Record<string, unknown>>;
  const body = JSON.stringify({ ...parsed, vector: vector.id });
  const whole = bodyHash(Buffer.from(body));
  const hash = vector.id === 'v022' ? whole.slice(0, -1) : whole;
  const query = queryOf(vector.url).replace(/bodySHA256=\w+/, `bodySHA256=${hash}`);
  return { query, form: {}, body, url: `${publicUrl}/events?${query}` };
};

describe.each(origins)('the gateway behind %s', (origin) => {
  let gateway: TestGateway;
  let publicUrl = '';
  beforeAll(async () => {
    gateway = await startTestGateway({ publicOrigin: origin });
    publicUrl = gateway.gateway.state.publicUrl ?? '';
  });
  afterAll(() => gateway.close());

  const post = (vector: WebhookVector, signature: string | undefined): Promise<RawResponse> => {
    const { query, body } = twinOf(vector, publicUrl);
    const headers = formHeaders(signature);
    if (vector.rawBody !== undefined) headers[0] = ['Content-Type', 'application/json'];
    return sendRaw(`${gateway.webhooks.events}${query === '' ? '' : `?${query}`}`, { headers, body });
  };
  const storedBy = async (response: RawResponse): Promise<number> => {
    await gateway.settled();
    const requestId = response.headers['apigw-requestid'];
    return (await gateway.items()).filter((item) => item['requestId']?.S === requestId).length;
  };
  const signatureOf = (vector: WebhookVector, url: string): string | undefined => {
    const signed = signedOf(vector, url, twinOf(vector, publicUrl).form);
    if (signed === undefined) return vector.signature ?? undefined;
    // v022's twin has a hash of its own, so the digit that the suite cut off is another one, too.
    const twin = vector.id === 'v022' ? { ...signed, url: url + lastDigit(vector) } : signed;
    return officialSignature(testAccount.authToken, twin);
  };
  const lastDigit = (vector: WebhookVector): string => bodyHash(Buffer.from(twinOf(vector, publicUrl).body)).slice(-1);

  const here = webhookVectors.filter((vector) => originOf(vector) === origin);
  test.each(here.map((vector) => [`${verdict(vector)} the twin of ${title(vector)}`, vector] as const))(
    '%s',
    async (_title, vector) => {
      // The twin is signed over the same form of the URL as the vector: the vector's own signature shows it.
      const original = signedOf(vector, vector.url, vector.params ?? {});
      if (original !== undefined) expect(officialSignature(vector.authToken, original)).toBe(vector.signature);

      const { url } = twinOf(vector, publicUrl);
      const asPublished = await post(vector, signatureOf(vector, url));
      overHttp.push(vector.id);
      if (signedWithUserInfo.includes(vector.id)) {
        expect(asPublished.status).toBe(403);
        expect(await storedBy(asPublished)).toBe(0);
        const signed = await post(vector, signatureOf(vector, withoutUserInfo(url)));
        expect(signed.status).toBe(204);
        expect(await storedBy(signed)).toBe(1);
        return;
      }
      expect(asPublished.status).toBe(vector.expectedValid ? 204 : 403);
      expect(await storedBy(asPublished)).toBe(vector.expectedValid ? 1 : 0);
    },
  );
});

test('every vector ran over HTTP, or in the verifier alone if it is a hash and not a webhook', () => {
  const ids = vectors.map(({ id }) => id);
  expect(ids).toHaveLength(46);
  const verifierOnly = bodyHashVectors.map(({ id }) => id);
  expect([...overHttp, ...verifierOnly].sort()).toEqual([...ids].sort());
  const malformed = webhookVectors.filter(({ signature }) => signature !== null && !isSignatureShaped(signature));
  expect(malformed.map(({ id }) => id)).toEqual(['v002']);
  process.stdout.write(
    `conformance: ${overHttp.length} of ${ids.length} signature vectors through HTTP; ${verifierOnly.length} ` +
      `(${verifierOnly.join(', ')}) through the verifier only: they are body hashes, without URL and signature; ` +
      `${signedWithUserInfo.length} (${signedWithUserInfo.join(', ')}) differ on purpose: user information is not signed\n`,
  );
});
