import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import {
  encodeForm,
  formHeaders,
  newMessageSid,
  postForm,
  sendRaw,
  smsForm,
  statusForm,
  twilioSignature,
} from '../helpers/webhooks';

describe('a webhook through the whole gateway', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  test('a signed message is answered with empty TwiML and stored once, byte for byte, however often it is delivered', async () => {
    const sid = newMessageSid();
    const form = smsForm({ MessageSid: sid, Body: 'héllo 🌍' });
    for (let times = 0; times < 5; times += 1) {
      const response = await postForm(gateway.webhooks.messages, form);
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toBe('text/xml');
      expect(response.body).toMatch(/<Response\s*\/>$/);
    }
    await gateway.settled();
    const items = await gateway.itemsOf(`MESSAGE#${sid}`);
    expect(items).toHaveLength(1);
    expect(items[0]?.['body']).toEqual({ S: 'héllo 🌍' });
  });

  test('statuses in the wrong order and twice each end in the last one, with one history row each', async () => {
    const sid = newMessageSid();
    for (const status of ['delivered', 'queued', 'sent', 'sent', 'delivered', 'queued']) {
      const response = await postForm(`${gateway.webhooks.status}?order=17`, statusForm(sid, status));
      expect(response.status).toBe(204);
    }
    await gateway.settled();
    const items = await gateway.itemsOf(`MESSAGE#${sid}`);
    const history = items.filter(({ sk }) => sk?.S?.startsWith('STATUS#'));
    expect(items.find(({ sk }) => sk?.S === 'MESSAGE')?.['status']).toEqual({ S: 'delivered' });
    expect(history.map((item) => item['status']?.S).sort()).toEqual(['delivered', 'queued', 'sent']);
    expect(history.map((item) => item['query']?.S)).toEqual(['order=17', 'order=17', 'order=17']);
  });

  test('rejects a request that was changed after signing, and stores nothing of it', async () => {
    const sid = newMessageSid();
    const signed = smsForm({ MessageSid: sid });
    const response = await sendRaw(gateway.webhooks.messages, {
      headers: formHeaders(twilioSignature(gateway.webhooks.messages, signed)),
      body: encodeForm({ ...signed, Body: 'hello!' }),
    });
    expect(response.status).toBe(403);
    await gateway.settled();
    expect(await gateway.itemsOf(`MESSAGE#${sid}`)).toEqual([]);
  });
});
