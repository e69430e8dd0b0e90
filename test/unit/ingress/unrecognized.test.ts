import type { RouteName } from '../../../lambda/shared/contract/routes';
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

/** What is proven is accepted: Twilio does not repeat a request that was answered 4xx. */

const twoAccounts = () => ({
  a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates },
  b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
});
const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

const accepted = (route: RouteName) => (route === 'messages' ? 200 : 204);

const send = async (input: WebhookInput) => {
  const gateway = createTestIngress(twoAccounts());
  const { response, line } = await gateway.send(webhookEvent(input));
  expect(response.statusCode).toBe(accepted(input.route ?? 'messages'));
  expect(line).toMatchObject({ level: 'info', fields: { reason: 'accepted' } });
  expect(gateway.counts).toEqual({ Accepted: 1 });
  const [envelope] = gateway.envelopes();
  if (envelope === undefined || gateway.published.length > 1) throw new Error('one webhook is enqueued');
  return { envelope, line };
};

test.each<[string, WebhookInput, string]>([
  ['an empty body', { fields: {}, rawBody: '' }, 'message_sid_missing'],
  ['no MessageSid', { fields: without(sms, 'MessageSid') }, 'message_sid_missing'],
  [
    'MessageSid under a name with its boundary moved',
    { rawBody: encodeForm({ ...without(sms, 'MessageSid'), MessageSi: `d${messageSid}` }) },
    'message_sid_missing',
  ],
  ['two MessageSids', { fields: { ...sms, MessageSid: [messageSid, `MM${'2'.repeat(32)}`] } }, 'message_sid_repeated'],
  ['a MessageSid of another type', { fields: { ...sms, MessageSid: `CA${'1'.repeat(32)}` } }, 'message_sid_malformed'],
  ['a MessageSid with a line break', { fields: { ...sms, MessageSid: `${messageSid}\n` } }, 'message_sid_malformed'],
  ['no MessageSid on /status', { route: 'status', fields: without(status, 'MessageSid') }, 'message_sid_missing'],
  ['no MessageStatus', { route: 'status', fields: without(status, 'MessageStatus') }, 'message_status_missing'],
  [
    'two statuses',
    { route: 'status', fields: { ...status, MessageStatus: ['sent', 'read'] } },
    'message_status_repeated',
  ],
  [
    'a status that is none',
    { route: 'status', fields: { ...status, MessageStatus: 'sent 2' } },
    'message_status_malformed',
  ],
  ['an empty status', { route: 'status', fields: { ...status, MessageStatus: '' } }, 'message_status_malformed'],
  ['an error code that is none', { route: 'status', fields: { ...status, ErrorCode: '30x' } }, 'error_code_malformed'],
  ['two error codes', { route: 'status', fields: { ...status, ErrorCode: ['30003', '30005'] } }, 'error_code_repeated'],
  ['no UsageTriggerSid', { route: 'usage', fields: without(usage, 'UsageTriggerSid') }, 'usage_trigger_sid_missing'],
  [
    'a UsageTriggerSid of another type',
    { route: 'usage', fields: { ...usage, UsageTriggerSid: `XX${'1'.repeat(32)}` } },
    'usage_trigger_sid_malformed',
  ],
  ['no IdempotencyToken', { route: 'usage', fields: without(usage, 'IdempotencyToken') }, 'idempotency_token_missing'],
  [
    'two IdempotencyTokens',
    { route: 'usage', fields: { ...usage, IdempotencyToken: ['a', 'b'] } },
    'idempotency_token_repeated',
  ],
])('a genuine webhook with %s is enqueued unchanged, as unrecognized', async (_what, input, reason) => {
  const { envelope, line } = await send(input);
  expect(line.fields).toMatchObject({
    detail: `unrecognized: ${reason}`,
    eventId: expect.stringMatching(/^EVENT#[0-9a-f]{64}$/),
  });
  expect(line.fields.messageSid).toBeUndefined();
  expect(envelope).toMatchObject({ accountSid: accountA, eventId: `EVENT#${envelope.signedTextHash}` });
});

test.each<[string, WebhookInput]>([
  ['without From', { fields: without(sms, 'From') }],
  ['without To', { fields: without(sms, 'To') }],
  ['without Body', { fields: without(sms, 'Body') }],
  ['without NumMedia', { fields: without(sms, 'NumMedia') }],
  ['without AccountSid', { fields: without(sms, 'AccountSid') }],
  [
    'with Body under a name with its boundary moved',
    { rawBody: encodeForm({ ...without(sms, 'Body'), Bod: 'yhello' }) },
  ],
  ['with two senders', { fields: { ...sms, From: ['+15550100001', '+15550100003'] } }],
  ['with the account twice', { rawBody: `${encodeForm(sms)}&AccountSid=${accountA}` }],
  ['with a MessageSid twice', { rawBody: `${encodeForm(sms)}&MessageSid=${messageSid}` }],
  ['with two accounts', { fields: { ...sms, AccountSid: [accountA, accountB] } }],
  ['with a malformed account', { fields: { ...sms, AccountSid: '../../x' } }],
  ['with bodySHA256 twice', { query: 'bodySHA256=00&bodySHA256=01' }],
  [
    'with AccountSid glued to the query',
    {
      query: `x=1AccountSid${accountA}`,
      rawBody: encodeForm(without(sms, 'AccountSid')),
      headers: { 'x-twilio-signature': twilioSignature(tokenA, `${baseUrl}/messages?x=1`, sms) },
    },
  ],
])('a message %s is that message', async (_what, input) => {
  const { envelope } = await send(input);
  expect(envelope).toMatchObject({ accountSid: accountA, eventId: messageSid });
});

test.each<[string, WebhookInput, string]>([
  ['MessageStatus in capitals', { fields: { ...status, MessageStatus: 'DELIVERED' } }, `${messageSid}#delivered#-`],
  ['a status that nobody knows', { fields: { ...status, MessageStatus: 'on-hold_2' } }, `${messageSid}#on-hold_2#-`],
  ['an empty ErrorCode', { fields: { ...status, ErrorCode: '' } }, `${messageSid}#delivered#-`],
  [
    'an ErrorCode twice',
    {
      rawBody: `${encodeForm({ ...status, ErrorCode: '7' })}&ErrorCode=7`,
      fields: { ...status, ErrorCode: '7' },
    },
    `${messageSid}#delivered#7`,
  ],
  [
    'free text that looks like parameters',
    { fields: { ...status, ChannelStatusMessage: 'Status: MessageStatusread ErrorCode 470' } },
    `${messageSid}#delivered#-`,
  ],
])('a status callback with %s is read', async (_what, input, eventId) => {
  expect((await send({ route: 'status', ...input })).envelope.eventId).toBe(eventId);
});

test.each(['', 'x'.repeat(513)])('an IdempotencyToken may be any text', async (token) => {
  const { envelope } = await send({ route: 'usage', fields: { ...usage, IdempotencyToken: token } });
  expect(envelope.eventId).toMatch(/^USAGE#[0-9a-f]{64}$/);
});

test.each(['messages', 'status', 'usage', 'events'] as const)(
  'a form on /%s that names no account is of the account whose token signed it',
  async (route) => {
    const fields = without({ messages: sms, status, usage, events: debuggerEvent }[route], 'AccountSid');
    expect((await send({ route, fields, token: tokenB })).envelope.accountSid).toBe(accountB);
    expect((await send({ route, fields, token: tokenA })).envelope.accountSid).toBe(accountA);
  },
);

test('rejects a form that names no account and that no configured account signed', async () => {
  const gateway = createTestIngress(twoAccounts());
  const { response, line } = await gateway.send(
    webhookEvent({ fields: without(sms, 'AccountSid'), token: 'of-nobody' }),
  );
  expect(response.statusCode).toBe(403);
  expect(line.fields.reason).toBe('signature_mismatch');
  expect(gateway.published).toEqual([]);
});
