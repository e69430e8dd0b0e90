import {
  accountA,
  baseUrl,
  createTestIngress,
  debuggerEvent,
  encodeForm,
  messageSid,
  sms,
  status,
  tokenA,
  twilioSignature,
  usage,
  webhookEvent,
  type Fields,
} from './fakes';
import type { RouteName } from '../../../lambda/shared/contract/routes';

const cases: { route: RouteName; fields: Fields; kind: string; eventId: string | RegExp }[] = [
  { route: 'messages', fields: sms, kind: 'message', eventId: messageSid },
  { route: 'status', fields: status, kind: 'status', eventId: `${messageSid}#delivered#-` },
  { route: 'usage', fields: usage, kind: 'usage', eventId: /^USAGE#[0-9a-f]{64}$/ },
  { route: 'events', fields: debuggerEvent, kind: 'event', eventId: /^EVENT#[0-9a-f]{64}$/ },
];

test.each(cases)('a genuine webhook on /$route is enqueued once as a $kind', async (given) => {
  const gateway = createTestIngress();
  const { response, line } = await gateway.send(webhookEvent({ route: given.route, fields: given.fields }));

  expect(response.statusCode).toBe(given.route === 'messages' ? 200 : 204);
  const [envelope] = gateway.envelopes();
  expect(gateway.published).toHaveLength(1);
  expect(gateway.published[0]?.messageGroupId).toBe(accountA);
  expect(envelope).toMatchObject({
    route: given.route,
    kind: given.kind,
    accountSid: accountA,
    contentType: 'form',
    query: '',
    receivedAt: '2026-01-31T10:00:00.000Z',
    requestId: 'request-1',
    tokenSlot: 'current',
  });
  expect(envelope?.eventId).toMatch(given.eventId);
  expect(envelope?.eventId).not.toContain(accountA);
  expect(envelope?.signedTextHash).toMatch(/^[0-9a-f]{64}$/);
  expect(envelope?.body.toString()).toBe(encodeForm(given.fields));
  expect(line.level).toBe('info');
  expect(line.fields).toMatchObject({
    reason: 'accepted',
    route: given.route,
    account: 'aaaaaa',
    eventId: expect.stringMatching(given.eventId),
    tokenSlot: 'current',
  });
  expect(gateway.counts).toEqual({ Accepted: 1 });
});

test('a message is answered with empty TwiML, a callback with 204, both with no-store', async () => {
  const gateway = createTestIngress();
  const message = await gateway.ingress(webhookEvent());
  expect(message).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'text/xml', 'cache-control': 'no-store' },
    body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
  });
  const callback = await gateway.ingress(webhookEvent({ route: 'status', fields: status }));
  expect(callback).toEqual({ statusCode: 204, headers: { 'cache-control': 'no-store' } });
});

test('a body is accepted as text and as base64, and the signature header in any case', async () => {
  const gateway = createTestIngress();
  const signature = twilioSignature(tokenA, `${baseUrl}/messages`, sms);
  for (const name of ['X-Twilio-Signature', 'X-TWILIO-SIGNATURE']) {
    const event = webhookEvent({
      base64: false,
      headers: { 'x-twilio-signature': undefined, [name]: signature },
    });
    expect((await gateway.ingress(event)).statusCode).toBe(200);
  }
  expect(gateway.published).toHaveLength(2);
});

test('a header that came twice in different cases has both values', async () => {
  const gateway = createTestIngress();
  const signature = twilioSignature(tokenA, `${baseUrl}/messages`, sms);
  const event = webhookEvent({ headers: { 'x-twilio-signature': signature, 'X-Twilio-Signature': signature } });
  expect((await gateway.ingress(event)).statusCode).toBe(403);
  expect(gateway.published).toHaveLength(0);
});

test.each(['b=2&a=1', 'n=a+b', 'n=a%20b', "n=it's", 'flag', 'flag=', 'order=17&order=18'])(
  'the query ?%s is kept byte for byte in the signed URL and the envelope',
  async (query) => {
    const gateway = createTestIngress();
    const { response } = await gateway.send(webhookEvent({ query }));
    expect(response.statusCode).toBe(200);
    expect(gateway.envelopes()[0]?.query).toBe(query);
  },
);

test.each([
  ['control characters', '\u0000\u0007\u001b\u2028\u0085'],
  ['emoji, right-to-left override and combining marks', '👨‍👩‍👧\u202ee\u0301'],
  ['white space at both ends', '  hi\n '],
  ['separators of forms', 'a;b&c=d+e%'],
  ['characters that SQS refuses', '\ufffe\uffff'],
  ['nothing', ''],
])('a text of %s arrives byte for byte', async (_, text) => {
  const gateway = createTestIngress();
  const fields = { ...sms, Body: text };
  const { response } = await gateway.send(webhookEvent({ fields }));
  expect(response.statusCode).toBe(200);
  expect(gateway.envelopes()[0]?.body.toString()).toBe(encodeForm(fields));
});

test('a URL signed with the standard port and repeated unknown parameters are accepted', async () => {
  const gateway = createTestIngress();
  const fields = { ...sms, 'MessagingBinding.Address': ['+15550100004', '+15550100003'] };
  const event = webhookEvent({
    fields,
    headers: {
      'content-encoding': 'identity',
      'x-twilio-signature': twilioSignature(tokenA, 'https://hooks.example:443/dev/messages', fields),
    },
  });
  expect((await gateway.ingress(event)).statusCode).toBe(200);
  expect(gateway.published).toHaveLength(1);
});

test.each([
  'Application/X-WWW-Form-UrlEncoded ; Charset=utf-8',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded;charset="UTF-8"',
])('the content type %s is accepted as a form (ING-C-CHARSET)', async (contentType) => {
  const gateway = createTestIngress();
  const { response } = await gateway.send(webhookEvent({ headers: { 'content-type': contentType } }));
  expect(response.statusCode).toBe(200);
  expect(gateway.published).toHaveLength(1);
});

test('the same delivery twice has the same event id, so that it is stored once', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  await gateway.ingress(webhookEvent());
  const ids = gateway.envelopes().map(({ eventId }) => eventId);
  expect(ids).toEqual([messageSid, messageSid]);
});

test("Twilio's idempotency token is passed on if it is well-formed", async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent({ headers: { 'I-Twilio-Idempotency-Token': 'a1b2-c3' } }));
  await gateway.ingress(webhookEvent({ headers: { 'I-Twilio-Idempotency-Token': 'a b' } }));
  expect(gateway.envelopes().map(({ idempotencyToken }) => idempotencyToken)).toEqual(['a1b2-c3', undefined]);
});

test('a delivery to the fallback URL, with its error parameters, is the same message', async () => {
  const gateway = createTestIngress();
  const fields = { ...sms, ErrorCode: '11200', ErrorUrl: `${baseUrl}/messages` };
  await gateway.ingress(webhookEvent({ fields }));
  expect(gateway.envelopes()[0]?.eventId).toBe(messageSid);
});

test('the source address comes from the request context, never from a header', async () => {
  const gateway = createTestIngress();
  const event = webhookEvent({ headers: { 'x-forwarded-for': Array(100).fill('198.51.100.7').join(', ') } });
  delete event.headers['x-twilio-signature'];
  const { line } = await gateway.send(event);
  expect(line.fields).toMatchObject({ reason: 'signature_missing', sourceIp: '192.0.2.7' });
  expect(JSON.stringify(line)).not.toContain('198.51.100.7');
});

test('an accepted webhook has its source address in the access log only', async () => {
  const { line } = await createTestIngress().send(webhookEvent());
  expect(line.fields.reason).toBe('accepted');
  expect(line.fields.sourceIp).toBeUndefined();
});

test('no log line contains a token, a signature, a number or the text', async () => {
  const gateway = createTestIngress();
  const events = [
    webhookEvent(),
    webhookEvent({ query: 'x=1', headers: { 'x-twilio-signature': `${'A'.repeat(27)}=` } }),
    webhookEvent({ fields: { ...sms, From: ['+15550100001', '+15550100003'] } }),
    webhookEvent({ headers: { 'x-twilio-signature': 'short' } }),
  ];
  for (const event of events) await gateway.ingress(event);
  const text = JSON.stringify(gateway.lines);
  for (const secret of [
    tokenA,
    '+1555',
    '15550100001',
    'hello',
    events[0]?.headers['x-twilio-signature'] ?? '',
    'AAAAAAA',
  ]) {
    expect(text).not.toContain(secret);
  }
});
