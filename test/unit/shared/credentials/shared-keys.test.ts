import { createHmac } from 'node:crypto';
import {
  accountA,
  accountB,
  baseUrl,
  createTestIngress,
  noAlternates,
  sms,
  tokenA,
  tokenB,
  webhookEvent,
  type FakeSecret,
  type Fields,
} from '../../ingress/fakes';

const sharedKey = 'made-up-shared-key-of-a';
const retiredKey = 'made-up-shared-key-retired';
const settings = 'key=made-up,algorithm=HMAC_SHA256';

const secretA = (keys: readonly string[] = [sharedKey]): FakeSecret => ({
  current: {
    accountSid: accountA,
    authToken: tokenA,
    sharedKeys: keys.map((key, at) => ({ name: `key-${at}`, key })),
  },
  alternates: noAlternates,
});

const sha256 = (key: string, fields: Fields = sms, route = 'messages'): string =>
  createHmac('sha256', key)
    .update(
      Object.entries(fields)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .reduce((text, [name, value]) => text + name + String(value), `${baseUrl}/${route}`),
    )
    .digest('base64');

const signedWith = (signature: string, fields: Fields = sms, settingsHeader: string | undefined = settings) =>
  webhookEvent({
    fields,
    headers: {
      'x-twilio-signature': signature,
      'x-twilio-webhooks-signature-settings': settingsHeader,
    },
  });

test('a webhook that a SharedKey signed is accepted', async () => {
  const gateway = createTestIngress({ a: secretA() });
  const { response, line } = await gateway.send(signedWith(sha256(sharedKey)));
  expect(response.statusCode).toBe(200);
  expect(line.fields).toMatchObject({
    reason: 'accepted',
    account: accountA.slice(-6),
    tokenSlot: 'current',
  });
  expect(gateway.published).toHaveLength(1);
});

test('each of several SharedKeys is accepted, and so is the Auth Token', async () => {
  const gateway = createTestIngress({ a: secretA(['made-up-first', sharedKey]) });
  expect((await gateway.ingress(signedWith(sha256('made-up-first')))).statusCode).toBe(200);
  expect((await gateway.ingress(signedWith(sha256(sharedKey)))).statusCode).toBe(200);
  expect((await gateway.ingress(webhookEvent())).statusCode).toBe(200);
});

test('a form without an account is tried with the SharedKeys of every account', async () => {
  const fields = { interactionSid: `KI${'1'.repeat(32)}` };
  const gateway = createTestIngress({
    b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
    a: secretA(),
  });
  const event = webhookEvent({
    route: 'events',
    fields,
    headers: { 'x-twilio-signature': sha256(sharedKey, fields, 'events') },
  });
  const { line } = await gateway.send(event);
  expect(line.fields.reason).not.toMatch(/mismatch|credentials/);
});

test.each([
  ['the Auth Token, with HMAC-SHA256', sha256(tokenA), settings],
  ['a SharedKey, with HMAC-SHA1', webhookEvent({ token: sharedKey }).headers['x-twilio-signature'], undefined],
  ['a SharedKey that is not stored', sha256('another'), settings],
  ['the empty key', sha256(''), settings],
  ['a SharedKey, where the settings name another algorithm', sha256(sharedKey), 'key=k,algorithm=HMAC_SHA1'],
  ['the Auth Token, where the settings name another algorithm', webhookEvent().headers['x-twilio-signature'], settings],
])('rejects what was signed with %s', async (_, signature = '', settingsHeader) => {
  const gateway = createTestIngress({ a: secretA() });
  const { response, line } = await gateway.send(signedWith(signature, sms, settingsHeader));
  expect(response.statusCode).toBe(403);
  expect(line.fields.reason).toBe('signature_mismatch');
  expect(gateway.published).toEqual([]);
});

test('rejects the SharedKey of one account for a webhook that claims another', async () => {
  const gateway = createTestIngress({
    a: secretA(),
    b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
  });
  const fields = { ...sms, AccountSid: accountB };
  expect((await gateway.ingress(signedWith(sha256(sharedKey, fields), fields))).statusCode).toBe(403);
  expect(gateway.published).toEqual([]);
});

test('rejects a SharedKey if none is stored, and says what to do', async () => {
  const gateway = createTestIngress();
  const { response, line } = await gateway.send(signedWith(sha256(sharedKey)));
  expect(response.statusCode).toBe(403);
  expect(line.fields.detail).toContain('npx twilio-webhook-gateway secret shared-key set');
});

test('a SharedKey that has just been stored is found', async () => {
  const gateway = createTestIngress({ a: secretA([]) });
  await gateway.ingress(webhookEvent());
  gateway.secrets['a'] = {
    ...secretA(),
    current: { accountSid: accountA, authToken: `${tokenA}2`, sharedKeys: [{ name: 'key', key: sharedKey }] },
  };
  expect((await gateway.ingress(signedWith(sha256(sharedKey)))).statusCode).toBe(200);
});

test('rejects a retired SharedKey, although AWSPREVIOUS still holds it', async () => {
  const gateway = createTestIngress({
    a: {
      ...secretA(),
      alternates: {
        previous: {
          accountSid: accountA,
          authToken: 'token-previous',
          sharedKeys: [{ name: 'retired', key: retiredKey }],
        },
        previousUntil: Infinity,
      },
    },
  });
  expect((await gateway.ingress(signedWith(sha256(retiredKey)))).statusCode).toBe(403);
  expect((await gateway.ingress(webhookEvent({ token: 'token-previous' }))).statusCode).toBe(200);
  expect(gateway.published).toHaveLength(1);
});
