import { createAwsBackend } from '../../cli/clients/aws-backend';
import { replay } from '../../cli/replay/replay';
import { localTarget } from '../../cli/target/local-target';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { eventually } from './gateway-process';

// A replay, from the stored item through the topic or a queue of the template to the handlers.
const entry = 'test/fixtures/handlers/scripted.ts';
let gateway: StageGateway;

beforeAll(async () => {
  gateway = await startStageGateway({}, {}, (stack) => {
    stack.onMessage('Ordered', { entry, reply: true });
    stack.onMessage('Unordered', { entry, ordering: 'none' });
  });
});

afterAll(() => gateway.close());

/** How often a handler has run for a message. */
const runs = (sid: string, name: string): number =>
  gateway
    .logs()
    .filter(
      ({ service, messageSid, message }) => service === `handler-${name}` && messageSid === sid && message === 'ended',
    ).length;

test('a handler runs again for each replay; with a handler named, only that one', async () => {
  const sid = newMessageSid();
  const form = smsForm({ MessageSid: sid, SmsSid: sid, Body: 'fine' });
  expect((await postForm(gateway.webhooks.messages, form)).status).toBe(200);
  const expectRuns = (ordered: number, unordered: number) =>
    eventually(() => expect([runs(sid, 'Ordered'), runs(sid, 'Unordered')]).toEqual([ordered, unordered]), 8_000);
  await expectRuns(1, 1);

  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(gateway.gateway.state)),
    isAlive: () => true,
  });
  const backend = createAwsBackend(target, new AbortController().signal);
  const again = (handler?: string) => replay(backend, { id: sid, accountSids: [testAccount.accountSid], handler });
  expect(await again()).toMatchObject({ kind: 'replayed', type: 'twilio.webhook.message.received' });
  await expectRuns(2, 2);
  for (const name of ['Ordered', 'Unordered']) expect(await again(name)).toMatchObject({ kind: 'replayed' });
  await expectRuns(3, 3);
  await again('Ordered');
  await expectRuns(4, 3);

  // A webhook that Twilio repeats is not a replay.
  expect((await postForm(gateway.webhooks.messages, form)).status).toBe(200);
  await gateway.settled();
  await expectRuns(4, 3);
});
