import { randomBytes } from 'node:crypto';
import type { GatewayEvent } from '../../lambda/shared/events/gateway-event';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm, usageForm, type Form } from '../helpers/webhooks';

const entry = 'test/fixtures/handlers/echo.ts';
const support = '+15550100007';

let gateway: StageGateway;

beforeAll(async () => {
  gateway = await startStageGateway({}, {}, (stack) => {
    stack.onMessage('Messages', { entry });
    stack.onMessage('Support', { entry, to: [support], ordering: 'none' });
    stack.onStatusChange('Statuses', { entry });
    stack.onStatusChange('Final', { entry, terminalOnly: true });
    stack.onEvent('Others', {
      entry,
      types: [
        'twilio.webhook.status-callback.received',
        'twilio.webhook.usage-trigger.fired',
        'twilio.webhook.event.received',
      ],
    });
  });
});

afterAll(() => gateway.close());

interface Handled {
  readonly handler: string;
  readonly group: string | undefined;
  readonly event: GatewayEvent;
}

/** The events about a subject that a handler got, in its order. */
const handledBy = (name: string, subject: string): readonly Handled[] =>
  gateway
    .logs()
    .filter((line) => line['handler'] === name)
    // The fixture prints lines of this type.
    .map((line) => line as unknown as Handled)
    .filter(({ event }) => event.subject === subject);

const timeoutMs = 8_000;
const quietMs = 400;

/** Waits for `count` events, then a moment longer, so that the result contains any unexpected ones. */
const eventsOf = async (name: string, subject: string, count: number): Promise<readonly Handled[]> => {
  const until = Date.now() + timeoutMs;
  while (handledBy(name, subject).length < count && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, quietMs));
  return handledBy(name, subject);
};

const deliver = async (url: string, form: Form): Promise<void> => {
  expect([200, 204]).toContain((await postForm(url, form)).status);
};

test('an SMS that Twilio delivers five times is one event, with everything about the message', async () => {
  const sid = newMessageSid();
  const form = smsForm({ MessageSid: sid, SmsSid: sid, ProfileName: 'Ada' });
  for (let delivery = 0; delivery < 5; delivery += 1) await deliver(gateway.webhooks.messages, form);

  const handled = await eventsOf('Messages', sid, 1);
  expect(handled).toEqual([
    {
      handler: 'Messages',
      group: expect.stringMatching(/^[0-9a-f]{32}$/),
      event: {
        specversion: '1.0',
        type: 'twilio.webhook.message.received',
        id: `message.received/${sid}`,
        source: `/accounts/${testAccount.accountSid}`,
        subject: sid,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        datacontenttype: 'application/json',
        dataschema: 'urn:twilio-webhook-gateway:message.received:1',
        item: { pk: `${testAccount.accountSid}#MESSAGE#${sid}`, sk: 'MESSAGE' },
        data: expect.objectContaining({
          messageSid: sid,
          accountSid: testAccount.accountSid,
          from: form['From'],
          to: form['To'],
          body: form['Body'],
          media: [],
          conversationId: handled[0]?.group,
          fallback: false,
          params: expect.objectContaining({ ProfileName: 'Ada' }),
        }),
      },
    },
  ]);
});

test('a handler with a filter gets only the messages to its number', async () => {
  const [toSupport, other] = [newMessageSid(), newMessageSid()];
  await deliver(gateway.webhooks.messages, smsForm({ MessageSid: other }));
  await deliver(gateway.webhooks.messages, smsForm({ MessageSid: toSupport, To: support }));
  expect(await eventsOf('Support', toSupport, 1)).toHaveLength(1);
  expect(await eventsOf('Messages', other, 1)).toHaveLength(1);
  expect(handledBy('Support', other)).toEqual([]);
});

test('statuses in the wrong order publish only forward changes, and a status callback for each', async () => {
  const sid = newMessageSid();
  for (const status of ['sent', 'delivered', 'queued', 'sending', 'delivered']) {
    await deliver(gateway.webhooks.status, statusForm(sid, status));
    await gateway.settled();
  }
  const changes = await eventsOf('Statuses', sid, 2);
  expect(changes.map(({ event }) => event.data)).toEqual([
    expect.objectContaining({ status: 'sent', terminal: false }),
    expect.objectContaining({ status: 'delivered', previousStatus: 'sent', terminal: true }),
  ]);
  expect((await eventsOf('Final', sid, 1)).map(({ event }) => event.data)).toEqual([
    expect.objectContaining({ status: 'delivered' }),
  ]);
  const callbacks = await eventsOf('Others', sid, 4);
  expect(callbacks.map(({ event }) => (event.data as { readonly status: string }).status)).toEqual([
    'sent',
    'delivered',
    'queued',
    'sending',
  ]);
});

test('a usage trigger that fires is one event', async () => {
  const usageTriggerSid = `UT${randomBytes(16).toString('hex')}`;
  const form = usageForm({ UsageTriggerSid: usageTriggerSid, IdempotencyToken: randomBytes(8).toString('hex') });
  await deliver(gateway.webhooks.usage, form);
  await deliver(gateway.webhooks.usage, form);
  const handled = await eventsOf('Others', usageTriggerSid, 1);
  expect(handled.map(({ event }) => event.type)).toEqual(['twilio.webhook.usage-trigger.fired']);
});

test('another webhook, such as one about a call, is an event with its route and its parameters', async () => {
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const form = { AccountSid: testAccount.accountSid, CallSid: callSid, CallStatus: 'completed' };
  await deliver(gateway.webhooks.events, form);
  const [handled, ...more] = await eventsOf('Others', callSid, 1);
  expect(more).toEqual([]);
  expect(handled?.event).toMatchObject({
    type: 'twilio.webhook.event.received',
    subject: callSid,
    data: { route: 'events', params: { CallSid: callSid, CallStatus: 'completed' } },
  });
});

test('a captured request that is replayed a thousand times runs nothing', async () => {
  const sid = newMessageSid();
  const form = smsForm({ MessageSid: sid });
  await deliver(gateway.webhooks.messages, form);
  expect(await eventsOf('Messages', sid, 1)).toHaveLength(1);
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 50 }, () => deliver(gateway.webhooks.messages, form)));
  }
  await gateway.settled();
  expect(await eventsOf('Messages', sid, 1)).toHaveLength(1);
});
