import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createTestIngress, encodeForm, sms, webhookEvent, type WebhookInput } from './fakes';

interface RejectedRequest {
  readonly name: string;
  readonly event: WebhookInput | (() => APIGatewayProxyEventV2);
  readonly status: number;
  readonly reason: string;
  readonly level: string;
}

const withEvent = (change: (event: APIGatewayProxyEventV2) => void) => () => {
  const event = webhookEvent();
  change(event);
  return event;
};
const form = encodeForm(sms);
const xmlWithExternalEntity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
const mediaType = { status: 415, reason: 'unsupported_media_type', level: 'warn' };
const tooLarge = { status: 413, reason: 'payload_too_large', level: 'warn' };
const method = { status: 405, reason: 'method_not_allowed', level: 'info' };
const mismatch = { status: 403, reason: 'signature_mismatch', level: 'warn' };
const malformed = { status: 400, reason: 'malformed_request', level: 'error' };

const rejected: RejectedRequest[] = [
  ...(
    [
      ['GET', 'ING-M-GET'],
      ['PUT', 'ING-M-PUT'],
      ['PATCH', 'ING-M-PATCH'],
      ['OPTIONS', 'ING-M-OPTIONS'],
      ['post', 'ING-M-LOWER'],
    ] as const
  ).map(([name, id]) => ({ name: `the method ${name} (${id})`, event: { method: name }, ...method })),
  {
    name: 'GET that claims to be POST in a header and in the query (ING-M-OVERRIDE)',
    event: { method: 'GET', headers: { 'x-http-method-override': 'POST' }, query: '_method=POST' },
    ...method,
  },
  { name: 'a body over the limit', event: { rawBody: `Body=${'a'.repeat(64 * 1024)}` }, ...tooLarge },
  { name: 'a text body over the limit', event: { rawBody: 'é'.repeat(33_000), base64: false }, ...tooLarge },
  {
    name: 'a body over the larger limit of /events',
    event: { route: 'events', rawBody: `Body=${'a'.repeat(256 * 1024)}` },
    ...tooLarge,
  },
  { name: '10,000 form parameters', event: { rawBody: 'a=&'.repeat(10_000) }, ...tooLarge },
  { name: '300 query parameters', event: { query: 'a&'.repeat(300) }, ...tooLarge },
  { name: 'a query over the limit', event: { query: `a=${'b'.repeat(8 * 1024)}` }, ...tooLarge },
  { name: 'text/plain (ING-C-TEXT)', event: { headers: { 'content-type': 'text/plain' } }, ...mediaType },
  ...['application/xml', 'text/xml'].map((contentType) => ({
    name: `${contentType} with an external entity (ING-C-XML)`,
    event: { headers: { 'content-type': contentType }, rawBody: xmlWithExternalEntity },
    ...mediaType,
  })),
  {
    name: 'JSON on a route of forms',
    event: { headers: { 'content-type': 'application/json' } },
    ...mediaType,
  },
  {
    name: 'a body without content type (ING-C-MISSING)',
    event: { headers: { 'content-type': undefined } },
    ...mediaType,
  },
  ...['gzip', 'GZIP', 'identity, gzip'].map((encoding) => ({
    name: `the content encoding ${encoding} (ING-C-GZIP)`,
    event: { headers: { 'content-encoding': encoding } },
    ...mediaType,
  })),
  {
    name: 'another charset (ING-C-CHARSET)',
    event: { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' } },
    ...mediaType,
  },
  {
    name: 'a second charset after the one that Twilio sends',
    event: { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8; charset=utf-16' } },
    ...mediaType,
  },
  {
    name: 'two content types',
    event: { headers: { 'content-type': 'application/x-www-form-urlencoded,text/plain' } },
    ...mediaType,
  },
  {
    name: 'a missing signature (ING-S-MISSING)',
    event: { headers: { 'x-twilio-signature': undefined } },
    status: 403,
    reason: 'signature_missing',
    level: 'warn',
  },
  {
    name: 'a signature in the query instead of the header',
    event: { headers: { 'x-twilio-signature': undefined }, query: 'X-Twilio-Signature=abc' },
    status: 403,
    reason: 'signature_missing',
    level: 'warn',
  },
  ...Object.entries({
    'a hexadecimal SHA-256': 'ab'.repeat(32),
    'text outside of ASCII': 'é'.repeat(28),
    'two values': `AAAA,${'A'.repeat(27)}=`,
    'outer white space': ` ${'A'.repeat(27)}=`,
    'no padding': 'A'.repeat(27),
    'the URL-safe alphabet': `${'-_'.repeat(13)}A=`,
  }).map(([name, signature]) => ({
    name: `a signature that is ${name}`,
    event: { headers: { 'x-twilio-signature': signature } },
    ...mismatch,
  })),
  {
    name: 'base64 with characters appended',
    event: withEvent((event) => (event.body = `${event.body ?? ''}!!!!`)),
    ...malformed,
  },
  {
    name: 'base64 with a character replaced by one outside of its alphabet',
    event: withEvent((event) => (event.body = `*${Buffer.from(form).toString('base64').slice(1)}`)),
    ...malformed,
  },
  {
    name: 'a route that the function does not know',
    event: withEvent((event) => (event.routeKey = '$default')),
    status: 500,
    reason: 'internal_error',
    level: 'error',
  },
];

test.each(rejected)('rejects $name before any secret is read', async ({ event, status, reason, level }) => {
  const gateway = createTestIngress();
  const { response, line } = await gateway.send(typeof event === 'function' ? event() : webhookEvent(event));
  expect(response.statusCode).toBe(status);
  expect(line.level).toBe(level);
  expect(line.fields).toMatchObject({ reason, status });
  expect(gateway.reads).toEqual([]);
  expect(gateway.published).toEqual([]);
});

test('rejects another method with 405 and names the allowed one', async () => {
  const { response } = await createTestIngress().send(webhookEvent({ method: 'GET' }));
  expect(response.headers).toMatchObject({ allow: 'POST', 'cache-control': 'no-store' });
});

test('rejects with the same bytes whatever caused the status', async () => {
  const gateway = createTestIngress();
  const bodies = new Map<number | undefined, Set<string>>();
  for (const { event } of rejected) {
    // Above a few rejections a second, only a sample is logged.
    gateway.clock.now += 1000;
    const { response } = await gateway.send(typeof event === 'function' ? event() : webhookEvent(event));
    const seen = bodies.get(response.statusCode) ?? new Set();
    bodies.set(response.statusCode, seen.add(JSON.stringify([response.body, response.headers])));
  }
  expect([...bodies.keys()].sort()).toEqual([400, 403, 405, 413, 415, 500]);
  for (const seen of bodies.values()) expect(seen.size).toBe(1);
});

test('rejects an event that is not from API Gateway with 500, and logs only the name of the error', async () => {
  const gateway = createTestIngress();
  const notAnEvent = {} as APIGatewayProxyEventV2; // what a wrong integration would send
  const { response, line } = await gateway.send(notAnEvent);
  expect(response.statusCode).toBe(500);
  expect(line.fields).toMatchObject({ reason: 'internal_error', errorName: 'TypeError' });
  expect(gateway.counts).toEqual({ InternalError: 1 });
});
