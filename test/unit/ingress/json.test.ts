import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  accountA,
  accountB,
  baseUrl,
  createTestIngress,
  encodeForm,
  noAlternates,
  sms,
  tokenA,
  tokenB,
  twilioSignature,
  webhookEvent,
} from './fakes';

const sha256 = (body: string | Buffer) => createHash('sha256').update(body).digest('hex');

const jsonEvent = (
  body: string,
  options: { readonly query?: string; readonly token?: string; readonly signedQuery?: string } = {},
): APIGatewayProxyEventV2 => {
  const query = options.query ?? `bodySHA256=${sha256(body)}`;
  const url = `${baseUrl}/events?${options.signedQuery ?? query}`;
  return webhookEvent({
    route: 'events',
    query,
    rawBody: body,
    base64: false,
    headers: {
      'content-type': 'application/json',
      'x-twilio-signature': twilioSignature(options.token ?? tokenA, url),
    },
  });
};

const gatewayOfTwo = () =>
  createTestIngress({
    a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates },
    b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
  });

const batch = JSON.stringify([
  { specversion: '1.0', id: 'EZ1', type: 'com.twilio.messaging.message.delivered', data: { text: 'é👋' } },
  { specversion: '1.0', id: 'EZ2', data: {} },
]);

test.each([
  ['a batch of Event Streams', batch],
  ['a single object', '{"a":1}'],
  ['an object with keys of the prototype, twice', '{"__proto__":{"id":1},"constructor":2,"a":1,"a":2}'],
  ['an object 20,000 deep', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
])('%s is enqueued byte for byte', async (_, body) => {
  const gateway = gatewayOfTwo();
  const { response, line } = await gateway.send(jsonEvent(body));
  expect(response.statusCode).toBe(204);
  expect(gateway.published).toHaveLength(1);
  expect(gateway.envelopes()[0]).toMatchObject({
    kind: 'event',
    contentType: 'json',
    accountSid: accountA,
    eventId: sha256(body),
  });
  expect(gateway.envelopes()[0]?.body.toString()).toBe(body);
  expect(line.fields.reason).toBe('accepted');
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  expect('id' in Object.prototype).toBe(false);
});

test('the account whose token verified is recorded, wherever it stands among the configured ones', async () => {
  const gateway = gatewayOfTwo();
  await gateway.ingress(jsonEvent(batch, { token: tokenB }));
  expect(gateway.envelopes()[0]?.accountSid).toBe(accountB);
});

const forged: [string, APIGatewayProxyEventV2, string][] = [
  [
    'another body than the one hashed',
    jsonEvent('{"a":2}', { query: `bodySHA256=${sha256('{"a":1}')}` }),
    'body_hash_mismatch',
  ],
  ['no hash', jsonEvent(batch, { query: 'x=1' }), 'body_hash_missing'],
  [
    'a hash under a similar name',
    jsonEvent(batch, { query: `xbodySHA256=${sha256(batch)}` }),
    'body_hash_missing',
  ],
  [
    'a hash in upper case',
    jsonEvent(batch, { query: `bodySHA256=${sha256(batch).toUpperCase()}` }),
    'body_hash_mismatch',
  ],
  [
    'a hash that was not signed',
    jsonEvent(batch, { signedQuery: `bodySHA256=${sha256('{}')}` }),
    'signature_mismatch',
  ],
  ['the token of no account', jsonEvent(batch, { token: 'another-token' }), 'signature_mismatch'],
];
test.each(forged)('rejects %s', async (_, event, reason) => {
  const gateway = gatewayOfTwo();
  const { response, line } = await gateway.send(event);
  expect(response.statusCode).toBe(403);
  expect(line.fields.reason).toBe(reason);
  expect(gateway.counts).toEqual({ SignatureRejected: 1 });
  expect(gateway.published).toEqual([]);
});

const hash = sha256(batch);
const unusable: [string, APIGatewayProxyEventV2][] = [
  [
    'two hashes, the first of which is right',
    jsonEvent(batch, { query: `bodySHA256=${hash}&bodySHA256=00` }),
  ],
  ['half of an object', jsonEvent('{"a":')],
  ['no JSON at all', jsonEvent('')],
  ['a string', jsonEvent('"text"')],
  ['null', jsonEvent('null')],
  ['a batch with an event without id', jsonEvent('[{"id":"EZ1"},{"type":"x"}]')],
  ['a batch with a numeric id', jsonEvent('[{"id":7}]')],
  ['a batch with an empty id', jsonEvent('[{"id":""}]')],
  ['a batch with an id over its length', jsonEvent(`[{"id":"${'x'.repeat(513)}"}]`)],
  ['a batch within a batch', jsonEvent('[[{"id":"EZ1"}]]')],
  ['200,000 brackets', jsonEvent('['.repeat(200_000))],
];
test.each(unusable)('rejects correctly signed JSON that is %s', async (_, event) => {
  const gateway = gatewayOfTwo();
  const { response, line } = await gateway.send(event);
  expect(response.statusCode).toBe(400);
  expect(line.fields.reason).toBe('malformed_request');
  expect(gateway.counts).toEqual({ UnusableRequest: 1 });
  expect(gateway.published).toEqual([]);
});

test('rejects a captured form whose parameters were glued to the query, with a JSON body of the attacker', async () => {
  const evil = '{"evil":true}';
  const fields: Record<string, string> = { AccountSid: accountA, Body: `&bodySHA256=${sha256(evil)}&x` };
  const signed = twilioSignature(tokenA, `${baseUrl}/events?x=1`, fields);
  const glued = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name] ?? ''}`)
    .join('');
  const gateway = gatewayOfTwo();
  const { response, line } = await gateway.send(
    webhookEvent({
      route: 'events',
      query: `x=1${glued}`,
      rawBody: evil,
      headers: { 'content-type': 'application/json', 'x-twilio-signature': signed },
    }),
  );
  expect(response.statusCode).toBe(400);
  expect(line.fields).toMatchObject({
    reason: 'malformed_request',
    detail: 'the query holds form parameters',
  });
  expect(gateway.published).toEqual([]);
});

test('a form whose configured URL carries a bodySHA256 is still read as a form', async () => {
  const gateway = gatewayOfTwo();
  const { response } = await gateway.send(webhookEvent({ query: 'bodySHA256=00' }));
  expect(response.statusCode).toBe(200);
  expect(gateway.envelopes()[0]?.body.toString()).toBe(encodeForm(sms));
});
