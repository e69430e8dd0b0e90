import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readingDigest } from '../../../lambda/shared/payload/reading';
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

/** The id of an event without an identifier of its own. */
const ofSignedText = /^EVENT#[0-9a-f]{64}$/;

const batch = JSON.stringify([
  {
    specversion: '1.0',
    source: '/messages/1',
    id: 'EZ1',
    type: 'com.twilio.messaging.message.delivered',
    data: { text: 'é👋' },
  },
  {
    specversion: '1.0',
    source: '/messages/2',
    id: 'EZ2',
    type: 'com.twilio.messaging.message.sent',
    data: {},
  },
]);

test.each<[string, string, RegExp]>([
  ['a batch of Event Streams', batch, /^BATCH#[0-9a-f]{64}$/],
  ['a CloudEvent', JSON.stringify((JSON.parse(batch) as unknown[])[0]), /^CLOUDEVENT#[0-9a-f]{64}$/],
  ['a single object', '{"a":1}', ofSignedText],
  ['an array of objects without id', '[{"choice":"1"}]', ofSignedText],
  ['a batch with an event that is no CloudEvent', '[{"id":"EZ1"},{"type":"x"}]', ofSignedText],
  ['a batch within a batch', '[[{"id":"EZ1"}]]', ofSignedText],
  ['an array of nothing', '[]', ofSignedText],
  ['an object whose id is empty', '{"id":"","answer":"yes"}', ofSignedText],
  ['an object whose id is a number', '{"id":7}', ofSignedText],
  ['an object with a long id', `{"id":"${'x'.repeat(513)}"}`, ofSignedText],
  ['an object with keys of the prototype, twice', '{"__proto__":{"id":1},"constructor":2,"a":1,"a":2}', ofSignedText],
  ['an object 20,000 deep', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, ofSignedText],
])('%s is enqueued byte for byte', async (_, body, eventId) => {
  const gateway = gatewayOfTwo();
  const { response, line } = await gateway.send(jsonEvent(body));
  expect(response.statusCode).toBe(204);
  expect(gateway.published).toHaveLength(1);
  expect(gateway.envelopes()[0]).toMatchObject({
    kind: 'event',
    contentType: 'json',
    accountSid: accountA,
    eventId: expect.stringMatching(eventId),
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
  ['a hash under a similar name', jsonEvent(batch, { query: `xbodySHA256=${sha256(batch)}` }), 'body_hash_missing'],
  [
    'a hash in upper case',
    jsonEvent(batch, { query: `bodySHA256=${sha256(batch).toUpperCase()}` }),
    'body_hash_mismatch',
  ],
  ['a hash that was not signed', jsonEvent(batch, { signedQuery: `bodySHA256=${sha256('{}')}` }), 'signature_mismatch'],
  ['the token of no account', jsonEvent(batch, { token: 'another-token' }), 'signature_mismatch'],
  [
    'two hashes, the first of which is right',
    jsonEvent(batch, { query: `bodySHA256=${sha256(batch)}&bodySHA256=00` }),
    'body_hash_mismatch',
  ],
];
test.each(forged)('rejects %s', async (_, event, reason) => {
  const gateway = gatewayOfTwo();
  const { response, line } = await gateway.send(event);
  expect(response.statusCode).toBe(403);
  expect(line.fields.reason).toBe(reason);
  expect(gateway.counts).toEqual({ SignatureRejected: 1 });
  expect(gateway.published).toEqual([]);
});

test('the hash of the body repeated is one hash', async () => {
  const gateway = gatewayOfTwo();
  const query = `bodySHA256=${sha256(batch)}&bodySHA256=${sha256(batch)}`;
  expect((await gateway.send(jsonEvent(batch, { query }))).response.statusCode).toBe(204);
  expect(gateway.published).toHaveLength(1);
});

test.each(['application/cloudevents+json', 'Application/CloudEvents-Batch+JSON; charset=UTF-8'])(
  'the media type %s is JSON',
  async (contentType) => {
    const gateway = gatewayOfTwo();
    const event = jsonEvent(batch);
    event.headers['content-type'] = contentType;
    expect((await gateway.send(event)).response.statusCode).toBe(204);
    expect(gateway.envelopes()).toMatchObject([{ contentType: 'json' }]);
  },
);

test.each<[string, string, string]>([
  ['half of an object', '{"a":', 'not_json'],
  ['no JSON at all', '', 'not_json'],
  ['200,000 brackets', '['.repeat(200_000), 'not_json'],
  ['a string', '"text"', 'json_without_fields'],
  ['null', 'null', 'json_without_fields'],
  ['a number', '7', 'json_without_fields'],
])('a genuine body that is %s is enqueued as unrecognized', async (_, body, reason) => {
  const gateway = gatewayOfTwo();
  const { response, line } = await gateway.send(jsonEvent(body));
  expect(response.statusCode).toBe(204);
  expect(line).toMatchObject({
    level: 'info',
    fields: {
      reason: 'accepted',
      detail: `unrecognized: ${reason}`,
      eventId: expect.stringMatching(ofSignedText),
    },
  });
  expect(gateway.counts).toEqual({ Accepted: 1 });
  expect(gateway.envelopes().map((envelope) => envelope.body.toString())).toEqual([body]);
});

test('a captured form whose parameters were glued to the query, with a JSON body of the attacker, is another reading of its text', async () => {
  const evil = '{"evil":true}';
  const fields: Record<string, string> = { AccountSid: accountA, Body: `&bodySHA256=${sha256(evil)}&x` };
  const signed = twilioSignature(tokenA, `${baseUrl}/events?x=1`, fields);
  const glued = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name] ?? ''}`)
    .join('');
  const gateway = gatewayOfTwo();
  const genuine = webhookEvent({
    route: 'events',
    query: 'x=1',
    fields,
    headers: { 'x-twilio-signature': signed },
  });
  const cut = webhookEvent({
    route: 'events',
    query: `x=1${glued}`,
    rawBody: evil,
    headers: { 'content-type': 'application/json', 'x-twilio-signature': signed },
  });
  for (const event of [genuine, cut]) expect((await gateway.send(event)).response.statusCode).toBe(204);
  const [first, second] = gateway.envelopes();
  if (first === undefined || second === undefined) throw new Error('both are enqueued');
  expect(second.signedTextHash).toBe(first.signedTextHash);
  expect(readingDigest(second)).not.toBe(readingDigest(first));
});

test('a form whose configured URL carries a bodySHA256 is still read as a form', async () => {
  const gateway = gatewayOfTwo();
  const { response } = await gateway.send(webhookEvent({ query: 'bodySHA256=00' }));
  expect(response.statusCode).toBe(200);
  expect(gateway.envelopes()[0]?.body.toString()).toBe(encodeForm(sms));
});
