import {
  accountA,
  accountB,
  baseUrl,
  createTestIngress,
  debuggerEvent,
  encodeForm,
  messageSid,
  noAlternates,
  sms,
  status,
  tokenA,
  tokenB,
  twilioSignature,
  usage,
  webhookEvent,
  type Fields,
  type WebhookInput,
} from './fakes';
import type { RouteName } from '../../../lambda/shared/routes';

const twoAccounts = () => ({
  a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates },
  b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
});
const signatureOver = (url: string, fields: Fields = sms) => ({
  headers: { 'x-twilio-signature': twilioSignature(tokenA, url, fields) },
});
const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

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

const unusable: {
  readonly name: string;
  readonly input: WebhookInput;
  readonly reason: string;
}[] = [
  {
    name: 'an empty body',
    input: { fields: {}, rawBody: '' },
    reason: 'missing_required_field',
  },
  {
    name: 'no AccountSid, because it was glued to the query',
    input: {
      query: `x=1AccountSid${accountA}`,
      rawBody: encodeForm(without(sms, 'AccountSid')),
      headers: { 'x-twilio-signature': twilioSignature(tokenA, `${baseUrl}/messages?x=1`, sms) },
    },
    reason: 'malformed_request',
  },
  {
    name: 'MessageSid under a name with its boundary moved',
    input: {
      rawBody: encodeForm({ ...without(sms, 'MessageSid'), MessageSi: `d${messageSid}` }),
    },
    reason: 'missing_required_field',
  },
  {
    name: 'Body under a name with its boundary moved',
    input: { rawBody: encodeForm({ ...without(sms, 'Body'), Bod: 'yhello' }) },
    reason: 'missing_required_field',
  },
  {
    name: 'two senders',
    input: { fields: { ...sms, From: ['+15550100001', '+15550100003'] } },
    reason: 'duplicate_identity_field',
  },
  {
    name: 'the account twice',
    input: { rawBody: `${encodeForm(sms)}&AccountSid=${accountA}` },
    reason: 'duplicate_identity_field',
  },
  {
    name: 'a MessageSid of another type',
    input: { fields: { ...sms, MessageSid: `CA${'1'.repeat(32)}` } },
    reason: 'malformed_request',
  },
  { name: 'bodySHA256 twice', input: { query: 'bodySHA256=00&bodySHA256=01' }, reason: 'malformed_request' },
  {
    name: 'a status that is none',
    input: { route: 'status', fields: { ...status, MessageStatus: 'sent 2' } },
    reason: 'malformed_request',
  },
  {
    name: 'an error code that is none',
    input: { route: 'status', fields: { ...status, ErrorCode: '30x' } },
    reason: 'malformed_request',
  },
  {
    name: 'two error codes',
    input: { route: 'status', fields: { ...status, ErrorCode: ['30003', '30005'] } },
    reason: 'duplicate_identity_field',
  },
  {
    name: 'an idempotency token over its length',
    input: { route: 'usage', fields: { ...usage, IdempotencyToken: 'x'.repeat(513) } },
    reason: 'malformed_request',
  },
  {
    name: 'an empty idempotency token',
    input: { route: 'usage', fields: { ...usage, IdempotencyToken: '' } },
    reason: 'malformed_request',
  },
];

test.each(unusable)(
  'rejects a correctly signed request with $name, and counts it',
  async ({ input, reason }) => {
    const gateway = createTestIngress(twoAccounts());
    const { response, line } = await gateway.send(webhookEvent(input));
    expect(response.statusCode).toBe(400);
    expect(line).toMatchObject({ level: 'error', fields: { reason } });
    expect(line.fields.detail).toBeDefined();
    expect(gateway.counts).toEqual({ UnusableRequest: 1 });
    expect(gateway.published).toEqual([]);
  },
);

const required: [RouteName, Fields, string[]][] = [
  ['messages', sms, ['AccountSid', 'MessageSid', 'From', 'To', 'Body', 'NumMedia']],
  ['status', status, ['AccountSid', 'MessageSid', 'MessageStatus']],
  ['usage', usage, ['AccountSid', 'UsageTriggerSid', 'IdempotencyToken']],
  ['events', debuggerEvent, ['AccountSid']],
];
test.each(required.flatMap(([route, fields, names]) => names.map((name) => ({ route, fields, name }))))(
  'rejects a correctly signed request to /$route without $name',
  async ({ route, fields, name }) => {
    const gateway = createTestIngress(twoAccounts());
    const { response, line } = await gateway.send(webhookEvent({ route, fields: without(fields, name) }));
    expect(response.statusCode).toBe(400);
    expect(line.fields).toMatchObject({ reason: 'missing_required_field', detail: `${name} is missing` });
    expect(gateway.published).toEqual([]);
  },
);

test('rejects an account that is not configured and a wrong signature with the same answer', async () => {
  const gateway = createTestIngress(twoAccounts());
  const unknown = await gateway.ingress(
    webhookEvent({ fields: { ...sms, AccountSid: `AC${'f'.repeat(32)}` } }),
  );
  const wrong = await gateway.ingress(webhookEvent({ token: 'wrong' }));
  expect(unknown).toEqual(wrong);
});

test('rejects with a log line that names the end of the claimed account, if it is one', async () => {
  const gateway = createTestIngress(twoAccounts());
  const claimed = async (fields: Fields) =>
    (await gateway.send(webhookEvent({ fields, token: 'x' }))).line.fields;
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
