import { without } from '../adversarial/support/forms';
import { newMessageSid, type Form } from '../helpers/webhooks';
import { sharedKeySignature } from './support/field-failures';
import { acceptedOf, account, formOf, other, routes, rowsOf, sharedKey, useEdge, type Route } from './support/kinds';

const { edge, expectStored } = useEdge();

describe.each(routes)('a form on /%s', (route) => {
  test.each<[string, string | readonly string[] | undefined]>([
    ['no AccountSid', undefined],
    ['an empty AccountSid', ''],
    ['a malformed AccountSid', '../../x'],
    ['an AccountSid in lower case', account.accountSid.toLowerCase()],
    ['its AccountSid twice', [account.accountSid, account.accountSid]],
    ['two AccountSids', [account.accountSid, other.accountSid]],
  ])('is stored under the account that signed it: %s', async (_what, value) => {
    const form = without(formOf(route), 'AccountSid');
    const claimed = value === undefined ? form : { ...form, AccountSid: value };
    const row = await expectStored(route, claimed);
    expect(row['accountSid']).toEqual({ S: account.accountSid });
    expect(row['pk']?.S?.startsWith(`${account.accountSid}#`)).toBe(true);
    // Where it names no account that contradicts, the other one's token proves it for the other one.
    const isOneAccount = new Set([value].flat()).has(account.accountSid) && new Set([value].flat()).size === 1;
    if (!isOneAccount) {
      const ofOther = await expectStored(route, claimed, { authToken: other.authToken });
      expect(ofOther['accountSid']).toEqual({ S: other.accountSid });
    }
  });

  test.each([
    ['another order', 'c=3&a=1&b=2', 'a=1&b=2&c=3'],
    ['an at sign', 'to=ana@example.com', 'to=ana%40example.com'],
    ['a colon', 'sip=sip:1@x.example', 'sip=sip%3a1%40x.example'],
    ['a space as +', 'name=Jane+Doe', 'name=Jane%20Doe'],
    ['a space as %20', 'name=Jane%20Doe', 'name=Jane+Doe'],
    ['an apostrophe next to a +', "name=Jane's+Shop", 'name=Jane%27s+Shop'],
    ['an apostrophe, a space and another order', "z=1&name=Jane's%20Shop", 'name=Jane%27s+Shop&z=1'],
  ])('whose query was signed with %s is stored once', async (_what, signedQuery, query) => {
    const form = formOf(route);
    await expectStored(route, form, { query, signedQuery });
    const signature = edge().sign(edge().publicUrl(route, signedQuery), form);
    // The same request with the query as signed is the same webhook.
    expect((await edge().send({ route, query: signedQuery, form, signature })).status).toBe(acceptedOf(route));
    await edge().expectEffects({ queued: 1, stored: 0, markers: 0 });
    expect(await edge().log.counted('OtherReading')).toBe(0);
  });

  test.each([
    ['another value', 'a=1', 'a=2'],
    ['one parameter less', 'a=1&b=2', 'a=1'],
    ['another name', 'a=1', 'b=1'],
    ['an escaped separator', 'a=1%26b=2', 'a=1&b=2'],
  ])('rejects a query that was signed with %s', async (_what, signedQuery, query) => {
    const form = formOf(route);
    const signature = edge().sign(edge().publicUrl(route, signedQuery), form);
    expect((await edge().send({ route, query, form, signature })).status).toBe(403);
    await edge().expectEffects({ queued: 0, stored: 0, markers: 0 });
  });

  test('signed with a SharedKey is stored, and is rejected with another key or algorithm', async () => {
    const form = formOf(route);
    const url = edge().publicUrl(route);
    const settings = (algorithm: string) => ({
      headers: [['X-Twilio-Webhooks-Signature-Settings', `key=made-up,algorithm=${algorithm}`]] as const,
    });
    const refused = [
      { signature: sharedKeySignature('another-key', url, form), ...settings('HMAC_SHA256') },
      // The Auth Token signs with HMAC-SHA1 only, and a SharedKey with HMAC-SHA256 only.
      { signature: sharedKeySignature(account.authToken, url, form), ...settings('HMAC_SHA256') },
      { signature: edge().sign(url, form, sharedKey) },
      { signature: sharedKeySignature(sharedKey, url, form), ...settings('HMAC_SHA1') },
    ];
    for (const parts of refused) expect((await edge().send({ route, form, ...parts })).status).toBe(403);
    await edge().expectEffects({ queued: 0, stored: 0, markers: 0 });
    const signature = sharedKeySignature(sharedKey, url, form);
    const accepted = await edge().send({ route, form, signature, ...settings('HMAC_SHA256') });
    expect(accepted.status).toBe(acceptedOf(route));
    await edge().expectEffects({ queued: 1, stored: rowsOf(route), markers: 1 });
  });
});

test.each<[Route, string, Form, string]>([
  ['messages', 'no MessageSid', { MessageSid: [] }, 'message_sid_missing'],
  ['messages', 'a malformed MessageSid', { MessageSid: 'SM1' }, 'message_sid_malformed'],
  ['status', 'no MessageStatus', { MessageStatus: [] }, 'message_status_missing'],
  ['status', 'an ErrorCode that is not a number', { ErrorCode: 'many' }, 'error_code_malformed'],
  ['usage', 'no IdempotencyToken', { IdempotencyToken: [] }, 'idempotency_token_missing'],
])('a form on /%s with %s is kept whole as an unrecognized event', async (route, _what, changes, reason) => {
  const form = { ...formOf(route), ...changes, Tag: newMessageSid() };
  const query = 'order=17';
  const signature = edge().sign(edge().publicUrl(route, query), form);
  const exchange = await edge().send({ route, query, form, signature });
  expect(exchange.status).toBe(acceptedOf(route));
  const [row] = await edge().expectEffects({ queued: 1, stored: 1, markers: 1 });
  expect(row).toMatchObject({
    kind: { S: 'unrecognized' },
    reason: { S: reason },
    route: { S: route },
    query: { S: query },
    accountSid: { S: account.accountSid },
  });
  expect(row?.['payload']?.S).toContain(`Tag=${form.Tag}`);
  expect(await edge().log.counted('UnrecognizedWebhook', 1)).toBe(1);
  expect(await edge().log.counted('UnusableRequest')).toBe(0);
  expect(await edge().log.counted('PoisonEnvelope')).toBe(0);
});
