import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { startTestGateway } from '../helpers/test-gateway';
import { testAccount } from '../helpers/test-account';
import {
  encodeForm,
  newMessageSid,
  postForm,
  sendRaw,
  smsForm,
  statusForm,
  twilioSignature,
  type RawResponse,
} from '../helpers/webhooks';

/** A GET as Twilio sends it; it may have signed another spelling of the query. */
const get = (url: string, query: string, signedQuery = query): Promise<RawResponse> =>
  sendRaw(`${url}?${query}`, {
    method: 'GET',
    headers: [
      ['User-Agent', 'TwilioProxy/1.1'],
      ['X-Twilio-Signature', twilioSignature(`${url}?${signedQuery}`, {})],
    ],
  });

describe('a gateway that accepts GET', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await startStageGateway({ acceptGet: true, conversationIndex: false });
  });
  afterAll(() => gateway.close());

  test('stores a message by GET once, and a POST of the same message is a duplicate', async () => {
    const form = smsForm({ Body: 'héllo 🌍 & more' });
    const sid = String(form['MessageSid']);
    for (let times = 0; times < 3; times += 1) {
      const response = await get(gateway.webhooks.messages, encodeForm(form));
      expect(response.status).toBe(200);
      expect(response.body).toMatch(/<Response\s*\/>$/);
    }
    expect((await postForm(gateway.webhooks.messages, form)).status).toBe(200);
    await gateway.settled();
    const items = await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`);
    expect(items).toHaveLength(1);
    expect(items[0]?.['body']).toEqual({ S: 'héllo 🌍 & more' });
    // Without the index by conversation, an item has no key for it.
    expect(items[0]).not.toHaveProperty('conversation');
  });

  test.each([
    ['an apostrophe that was signed unescaped', "It's+ok", 'It%27s+ok'],
    ['an apostrophe, and spaces as %20', "It's+ok", 'It%27s%20ok'],
    ['an at sign and a colon that were signed unescaped', 'a@b:c', 'a%40b%3Ac'],
  ])('finds the signature of %s', async (_name, signed, sent) => {
    const sid = newMessageSid();
    const query = encodeForm(smsForm({ MessageSid: sid, Body: 'TEXT' }));
    const response = await get(gateway.webhooks.messages, query.replace('TEXT', sent), query.replace('TEXT', signed));
    expect(response.status).toBe(200);
    await gateway.settled();
    expect(await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`)).toHaveLength(1);
  });

  test('stores a status callback by GET, with the parameters that were configured', async () => {
    const sid = newMessageSid();
    const query = `order=17&${encodeForm(statusForm(sid, 'delivered'))}`;
    expect((await get(gateway.webhooks.status, query)).status).toBe(204);
    await gateway.settled();
    const items = await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`);
    expect(items).toHaveLength(2);
    expect(items.find(({ sk }) => sk?.S?.startsWith('STATUS#'))?.['params']?.S).toContain('"order":"17"');
  });

  test.each([
    ['a changed text', (query: string) => query.replace('hello', 'goodbye')],
    ['a parameter of one name with another value first', (query: string) => `Body=first&${query}`],
    ['an escape of what separates parameters', (query: string) => query.replace('&Body', '%26Body')],
  ])('rejects %s, and stores nothing', async (_name, change) => {
    const sid = newMessageSid();
    const query = encodeForm(smsForm({ MessageSid: sid }));
    const response = await get(gateway.webhooks.messages, change(query), query);
    expect(response.status).toBe(403);
    await gateway.settled();
    expect(await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`)).toEqual([]);
  });

  test('rejects a GET with a body, which the signature does not cover', async () => {
    const form = smsForm();
    const query = encodeForm(form);
    const url = `${gateway.webhooks.messages}?${query}`;
    const response = await sendRaw(url, {
      method: 'GET',
      headers: [['X-Twilio-Signature', twilioSignature(url, {})]],
      body: 'MessageSid=other',
    });
    expect(response.status).toBe(413);
  });
});

test('rejects GET on a stage that does not accept it', async () => {
  const gateway = await startTestGateway();
  try {
    const response = await get(gateway.webhooks.messages, encodeForm(smsForm()));
    expect(response.status).toBe(405);
    expect(response.headers['allow']).toBe('POST');
    expect(gateway.logText()).not.toContain(testAccount.authToken);
  } finally {
    await gateway.close();
  }
});
