import { createHash, randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { eventually } from '../gateway-process';
import type { Item } from '../../helpers/gateway-effects';
import {
  encodeForm,
  formHeaders,
  newMessageSid,
  postForm,
  sendRaw,
  smsForm,
  statusForm,
  twilioSignature,
  usageForm,
  type Form,
  type RawResponse,
} from '../../helpers/webhooks';
import { rejectedForm, rejectedRequests } from './rejected-requests';
import { openTarget, type WebhookTarget } from './target';
import { sendMessages } from './traffic';

/** A deployed stage stores within seconds, unless other messages are ahead in its queue. */
const storedWithinMs = 30_000;

/** Registers the suite, which expects the same answers and rows wherever the gateway runs. */
export const webhookSuite = (): void => {
  let target: WebhookTarget;
  let close = () => Promise.resolve();
  beforeAll(async () => {
    target = await openTarget();
    close = () => target.close();
  });
  afterAll(() => close());

  const ours = (form: Form): Form => ({ ...form, AccountSid: target.account.accountSid });
  const post = (url: string, form: Form): Promise<RawResponse> =>
    postForm(url, form, { authToken: target.account.authToken });
  /** Waits until a partition has `count` items. */
  const stored = (partitionKey: string, count: number): Promise<Item[]> =>
    eventually(async () => {
      const items = await target.itemsOf(partitionKey);
      expect(items).toHaveLength(count);
      return items;
    }, storedWithinMs);
  const messagePartition = ({ MessageSid }: Form): string =>
    `${target.account.accountSid}#MESSAGE#${String(MessageSid)}`;
  /** Partition of an item whose identifier was chosen by its sender: the key contains its hash. */
  const partitionOf = (kind: 'USAGE' | 'CLOUDEVENT', identifier: readonly unknown[]): string =>
    `${target.account.accountSid}#${kind}#${createHash('sha256').update(JSON.stringify(identifier)).digest('hex')}`;
  const params = (item: Item | undefined): unknown => JSON.parse(item?.['params']?.S ?? 'null');

  test('a signed message is answered with empty TwiML and stored once, even if delivered again', async () => {
    const form = ours(smsForm({ Body: 'héllo 🌍 & = + %\u{ffff}', Empty: '', Twice: ['b', 'a'] }));
    for (let times = 0; times < 5; times += 1) {
      const response = await post(target.webhooks.messages, form);
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toBe('text/xml');
      expect(response.headers['cache-control']).toBe('no-store');
      expect(response.body).toMatch(/<Response\s*\/>$/);
    }
    const [item] = await stored(messagePartition(form), 1);
    // Parameters that are attributes are not repeated in `params`.
    const { AccountSid, MessageSid, From, To, Body, ...others } = form;
    expect(item?.['accountDayTime']?.S).toContain(String(MessageSid));
    expect(params(item)).toEqual(others);
    expect(item).toMatchObject({ pk: { S: messagePartition(form) }, accountSid: { S: AccountSid } });
    expect(item).toMatchObject({ from: { S: From }, to: { S: To }, body: { S: Body } });
  });

  test('the longest message that Twilio sends is stored whole', async () => {
    const form = ours(smsForm({ Body: '🌍'.repeat(1600) }));
    expect((await post(target.webhooks.messages, form)).status).toBe(200);
    const [item] = await stored(messagePartition(form), 1);
    expect(item?.['body']).toEqual({ S: form['Body'] });
  });

  test('statuses that arrive twice and out of order lead to the last one, with one history row each', async () => {
    const sid = newMessageSid();
    const url = `${target.webhooks.status}?order=17`;
    for (const status of ['delivered', 'queued', 'sent', 'sent', 'delivered', 'queued']) {
      expect(await post(url, ours(statusForm(sid, status)))).toMatchObject({ status: 204, body: '' });
    }
    const items = await stored(messagePartition({ MessageSid: sid }), 4);
    const history = items.filter(({ sk }) => sk?.S?.startsWith('STATUS#'));
    expect(items.find(({ sk }) => sk?.S === 'MESSAGE')?.['status']).toEqual({ S: 'delivered' });
    expect(history.map((item) => item['status']?.S).sort()).toEqual(['delivered', 'queued', 'sent']);
    expect(history.map((item) => item['query']?.S)).toEqual(['order=17', 'order=17', 'order=17']);
  });

  test.each(['a=%20+%2B&b=1&b=2&empty=&c', 'q=%C3%A9%27%7C%3B~!*()', 'u=https%3A%2F%2Fx.example%2F%3Fy%3D1'])(
    'the query ?%s is signed and stored exactly as in the URL',
    async (query) => {
      const sid = newMessageSid();
      const response = await post(`${target.webhooks.status}?${query}`, ours(statusForm(sid, 'sent')));
      expect(response.status).toBe(204);
      const items = await stored(messagePartition({ MessageSid: sid }), 2);
      expect(items.find(({ sk }) => sk?.S?.startsWith('STATUS#'))?.['query']).toEqual({ S: query });
    },
  );

  test('a usage trigger is stored once under its idempotency token', async () => {
    const form = ours(usageForm({ IdempotencyToken: `${target.account.accountSid}-FIRES-${randomUUID()}` }));
    for (const times of [1, 2]) {
      expect([times, (await post(target.webhooks.usage, form)).status]).toEqual([times, 204]);
    }
    const [item] = await stored(partitionOf('USAGE', [form['IdempotencyToken']]), 1);
    expect(params(item)).toEqual(form);
  });

  test('a signed message without a MessageSid is stored as an unrecognized event', async () => {
    const form = ours(smsForm({ MessageSid: [], Body: randomUUID() }));
    expect((await post(target.webhooks.messages, form)).status).toBe(200);
    const signedText = Object.keys(form)
      .sort()
      .reduce(
        (text, name) =>
          text +
          [form[name] ?? []]
            .flat()
            .map((value) => name + value)
            .join(''),
        target.webhooks.messages,
      );
    const textHash = createHash('sha256').update(signedText).digest('hex');
    const [item] = await stored(`${target.account.accountSid}#EVENT#${textHash}`, 1);
    expect(item).toMatchObject({
      kind: { S: 'unrecognized' },
      reason: { S: 'message_sid_missing' },
      payload: { S: encodeForm(form) },
    });
    expect(await stored(`${target.account.accountSid}#TEXT#${textHash}`, 1)).toMatchObject([{ sk: { S: 'SIGNED' } }]);
  });

  test('a batch of Event Streams is stored as one item per event', async () => {
    const ids = [randomUUID(), randomUUID()];
    const type = 'com.twilio.messaging.message.delivered';
    const body = JSON.stringify(
      ids.map((id) => ({ specversion: '1.0', id, type, source: '/x', data: { text: 'é👋' } })),
    );
    const hash = createHash('sha256').update(body).digest('hex');
    const url = `${target.webhooks.events}?bodySHA256=${hash}`;
    const headers = formHeaders(twilioSignature(url, {}, target.account.authToken));
    headers[0] = ['Content-Type', 'application/json'];
    expect((await sendRaw(url, { headers, body })).status).toBe(204);
    for (const id of ids) {
      const [item] = await stored(partitionOf('CLOUDEVENT', ['/x', id]), 1);
      expect(item?.['type']).toEqual({ S: type });
      expect(JSON.parse(item?.['payload']?.S ?? 'null')).toMatchObject({ id, data: { text: 'é👋' } });
    }
    // A changed byte is rejected.
    const changed = await sendRaw(url, { headers, body: body.replace('é', 'e') });
    expect(changed.status).toBe(403);
  });

  test('headers that a proxy adds have no effect', async () => {
    const form = ours(smsForm());
    const headers = formHeaders(twilioSignature(target.webhooks.messages, form, target.account.authToken)).concat([
      ['X-Forwarded-Host', 'elsewhere.example'],
      ['X-Forwarded-Proto', 'gopher'],
      ['Forwarded', 'host=elsewhere.example'],
      ['Cookie', 'a=1'],
    ]);
    const response = await sendRaw(target.webhooks.messages, { headers, body: encodeForm(form) });
    expect(response.status).toBe(200);
    await stored(messagePartition(form), 1);
  });

  test('a hundred messages, eight at a time, are all answered and all stored', async () => {
    const sent = await sendMessages(target, { atOnce: 8, more: (begun) => begun < 100 });
    expect(sent.map(({ answers }) => answers)).toEqual(Array.from({ length: 100 }, () => [200]));
    for (const { messageSid, body } of sent) {
      const [item] = await stored(messagePartition({ MessageSid: messageSid }), 1);
      expect(item?.['body']).toEqual({ S: body });
    }
  }, 60_000);

  test.each(rejectedRequests)('rejects $name with $status, and stores nothing', async ({ status, post: send }) => {
    const form = rejectedForm(target);
    const response = await send(target, form);
    expect(response.status).toBe(status);
    expect(response.headers['allow']).toBe(status === 405 ? 'POST' : undefined);
    expect(response.body).not.toContain('<Response');
    // A later message is stored: a queued one would have been stored, too.
    const genuine = ours(smsForm());
    expect((await post(target.webhooks.messages, genuine)).status).toBe(200);
    await stored(messagePartition(genuine), 1);
    expect(await target.itemsOf(messagePartition(form))).toEqual([]);
  });

  test('an undecodable message is a dead letter after five receives, and delays no other', async () => {
    const before = await target.queued(target.queues.deadLetters);
    await target.sqs.send(
      new SendMessageCommand({ QueueUrl: target.queues.events, MessageBody: '{"schemaVersion":0}' }),
    );
    const genuine = ours(smsForm());
    expect((await post(target.webhooks.messages, genuine)).status).toBe(200);
    await stored(messagePartition(genuine), 1);
    await eventually(async () => {
      expect(await target.queued(target.queues.deadLetters)).toBe(before + 1);
    }, 60_000);
  }, 90_000);
};
