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
  type Fields,
  type WebhookInput,
} from './fakes';

const twoAccounts = () => ({
  a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates },
  b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
});
const signatureOver = (url: string, fields: Fields = sms) => ({
  headers: { 'x-twilio-signature': twilioSignature(tokenA, url, fields) },
});
const forged: (WebhookInput & { readonly name: string; readonly reason: string })[] = [
  {
    name: 'another stage',
    ...signatureOver('https://hooks.example/prod/messages'),
    reason: 'signature_mismatch',
  },
  { name: 'another route', ...signatureOver(`${baseUrl}/status`), reason: 'signature_mismatch' },
  {
    name: 'another host, which the Host header names, too',
    headers: {
      'x-twilio-signature': twilioSignature(tokenA, 'https://evil.example/dev/messages', sms),
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
    },
    reason: 'signature_mismatch',
  },
  { name: 'http', ...signatureOver('http://hooks.example/dev/messages'), reason: 'signature_mismatch' },
  {
    name: 'no query',
    query: 'debug=1',
    ...signatureOver(`${baseUrl}/messages`),
    reason: 'signature_mismatch',
  },
  {
    name: 'an empty value where there is none',
    query: 'flag',
    ...signatureOver(`${baseUrl}/messages?flag=x`),
    reason: 'signature_mismatch',
  },
  { name: 'the empty key', token: '', reason: 'signature_mismatch' },
  { name: "another account's token", token: tokenB, reason: 'signature_mismatch' },
  {
    name: 'an account that is not configured, with our token',
    fields: { ...sms, AccountSid: `AC${'f'.repeat(32)}` },
    reason: 'account_mismatch',
  },
  {
    name: 'a path as account',
    rawBody: encodeForm({ ...sms, AccountSid: '../../x' }),
    reason: 'signature_mismatch',
  },
  ...['constructor', 'prototype', 'hasOwnProperty', 'length', '__proto__'].map((name) => ({
    name: `an unsigned parameter ${name}`,
    rawBody: `${encodeForm(sms)}&${name}=evil`,
    reason: 'signature_mismatch',
  })),
  {
    name: 'an unsigned second sender',
    rawBody: `${encodeForm(sms)}&From=%2B15550100009`,
    reason: 'signature_mismatch',
  },
  { name: 'a byte order mark before', rawBody: `\ufeff${encodeForm(sms)}`, reason: 'signature_mismatch' },
];

test.each(forged)('rejects a signature over $name', async ({ reason, ...input }) => {
  const gateway = createTestIngress(twoAccounts());
  const { response, line } = await gateway.send(webhookEvent(input));
  expect(response.statusCode).toBe(403);
  expect(line).toMatchObject({ level: 'warn', fields: { reason } });
  expect(gateway.counts).toEqual({ SignatureRejected: 1 });
  expect(gateway.published).toEqual([]);
});

test('rejects an account that is not configured and a wrong signature with the same answer', async () => {
  const gateway = createTestIngress(twoAccounts());
  const unknown = await gateway.ingress(webhookEvent({ fields: { ...sms, AccountSid: `AC${'f'.repeat(32)}` } }));
  const wrong = await gateway.ingress(webhookEvent({ token: 'wrong' }));
  expect(unknown).toEqual(wrong);
});

test('rejects with a log line that names the end of the claimed account, if it is one', async () => {
  const gateway = createTestIngress(twoAccounts());
  const claimed = async (fields: Fields) => (await gateway.send(webhookEvent({ fields, token: 'x' }))).line.fields;
  expect((await claimed(sms)).account).toBe('aaaaaa');
  expect((await claimed({ ...sms, AccountSid: '../../x' })).account).toBeUndefined();
});

test("each account's webhooks are verified with its own token", async () => {
  const gateway = createTestIngress(twoAccounts());
  await gateway.ingress(webhookEvent());
  await gateway.ingress(webhookEvent({ fields: { ...sms, AccountSid: accountB }, token: tokenB }));
  expect(gateway.envelopes().map(({ accountSid }) => accountSid)).toEqual([accountA, accountB]);
  expect(gateway.published.map(({ messageGroupId }) => messageGroupId)).toEqual([accountA, accountB]);
});
