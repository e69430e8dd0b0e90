import { createAwsBackend } from '../../cli/clients/aws-backend';
import { reconcileAccount } from '../../cli/reconcile/reconcile-account';
import { localTarget } from '../../cli/target/local-target';
import { createTwilioLists } from '../../lambda/shared/reconciliation/twilio-lists';
import type { ListConditions } from '../../local/twilio/lists/list-conditions';
import { messageSids } from '../helpers/gateway-effects';
import { deployChanged, startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm } from '../helpers/webhooks';
import { eventually } from './gateway-process';
import { postMany } from './many-posts';

// Webhooks that a broken network swallows are in the stand-in's list: they are found, stored and handled once.

const count = 400;
const { accountSid, authToken } = testAccount;
let gateway: StageGateway;
let conditions: ListConditions = {};

beforeAll(async () => {
  gateway = await startStageGateway(
    { reconciliation: true },
    {
      swallow: 0.1,
      listConditions: () => conditions,
      // Every message of this suite is young.
      functionEnvironment: { SETTLE_MINUTES: '0' },
    },
    (stack) => stack.onMessage('Echo', { entry: 'test/fixtures/handlers/echo.ts' }),
  );
});
afterAll(() => gateway.close());

const byHand = async (dryRun: boolean) => {
  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(gateway.gateway.state)),
    isAlive: () => true,
  });
  const { signal } = new AbortController();
  const { reconciling } = createAwsBackend(target, signal);
  if (reconciling === undefined) throw new Error('the local gateway cannot be reconciled');
  return reconcileAccount({
    account: testAccount,
    lists: createTwilioLists({
      credentials: { accountSid, username: accountSid, password: authToken },
      baseUrl: target.twilioStandIn?.baseUrl,
      signal,
      firstDelayMs: 50,
    }),
    reconciling: await reconciling(),
    since: new Date(Date.now() - 3_600_000),
    until: new Date(Date.now() + 3_600_000),
    statuses: 'known',
    dryRun,
    now: () => new Date(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    signal,
    onListed: () => undefined,
  });
};

const handled = (): readonly string[] =>
  gateway.logs().flatMap((line) => {
    const event = line['event'] as { readonly data?: { readonly messageSid?: string } } | undefined;
    return line['handler'] === 'Echo' && event?.data?.messageSid !== undefined ? [event.data.messageSid] : [];
  });

/** The sum of a metric of the reconciler. */
const counted = (name: string): number =>
  gateway
    .logs()
    .filter((line) => line['service'] === 'reconciler')
    .reduce((sum, line) => sum + [line[name] ?? 0].flat().reduce<number>((so, value) => so + Number(value), 0), 0);

const reconcileBySchedule = async (): Promise<void> => {
  expect(await gateway.gateway.functionNamed('ReconciliationReconciler').invoke({})).toMatchObject({ kind: 'ok' });
};

test('by hand: all messages are stored and handled once, and the second time nothing is missing', async () => {
  const posted = await postMany(gateway.webhooks.messages, { count, connections: 16, account: testAccount });
  const lost = posted.filter(({ status }) => status === 503);
  expect(lost.length).toBeGreaterThan(count / 50);
  await gateway.settled(60_000);

  expect(await byHand(true)).toMatchObject({ listed: count, missing: lost.length, backfilled: 0 });
  // Twilio fails and limits the rate meanwhile.
  conditions = { failingShare: 0.3, requestsPerSecond: 20 };
  expect(await byHand(false)).toMatchObject({ missing: lost.length, backfilled: lost.length, waiting: 0 });
  conditions = {};
  expect(await byHand(false)).toMatchObject({ listed: count, missing: 0, backfilled: 0 });

  const sids = posted.map(({ messageSid }) => messageSid).sort();
  expect(messageSids(await gateway.items()).sort()).toEqual(sids);
  await eventually(() => expect(handled().toSorted()).toEqual(sids), 60_000);
}, 240_000);

test('by schedule: what is missed is counted exactly and handled once, also by two reconcilers at once', async () => {
  const sids = Array.from({ length: 60 }, () => newMessageSid());
  const lost: string[] = [];
  for (const MessageSid of sids) {
    const { status } = await postForm(gateway.webhooks.messages, smsForm({ MessageSid, Body: `late ${MessageSid}` }));
    if (status === 503) lost.push(MessageSid);
  }
  const [sent = ''] = sids.filter((sid) => !lost.includes(sid));
  expect(sent).not.toBe('');
  await gateway.settled();

  await Promise.all([reconcileBySchedule(), reconcileBySchedule()]);
  await gateway.settled();
  await reconcileBySchedule();
  await gateway.settled();
  expect(counted('MissedWebhooks')).toBe(lost.length);
  expect(counted('BackfilledMessages')).toBe(lost.length);
  expect(counted('ReconciliationLag')).toBeLessThan(60);
  await eventually(() => {
    const all = handled();
    expect(sids.filter((sid) => all.filter((one) => one === sid).length !== 1)).toEqual([]);
  }, 60_000);
  for (const sid of lost) {
    const [item] = await gateway.itemsOf(`${accountSid}#MESSAGE#${sid}`);
    expect(item?.['via']?.S).toBe('backfill');
    expect(item?.['body']?.S).toBe(`late ${sid}`);
  }
}, 240_000);

test('a backfill that waits in the queue for hours is counted once', async () => {
  const before = { missed: counted('MissedWebhooks'), backfilled: counted('BackfilledMessages') };
  const sids = Array.from({ length: 60 }, () => newMessageSid());
  const lost: string[] = [];
  for (const MessageSid of sids) {
    const { status } = await postForm(gateway.webhooks.messages, smsForm({ MessageSid }));
    if (status === 503) lost.push(MessageSid);
  }
  expect(lost).not.toEqual([]);
  await gateway.settled();
  await deployChanged(gateway, (id, resource) => (id.startsWith('ConsumerEventSource') ? undefined : resource));
  await reconcileBySchedule();
  await Promise.all([reconcileBySchedule(), reconcileBySchedule()]);
  await reconcileBySchedule();
  await deployChanged(gateway, (_, resource) => resource);
  await gateway.settled(60_000);
  await reconcileBySchedule();
  const named = gateway.logs().filter(({ reason }) => reason === 'webhook_missed');
  expect(lost.filter((sid) => named.filter(({ eventId }) => eventId === sid).length !== 1)).toEqual([]);
  expect(counted('MissedWebhooks') - before.missed).toBe(lost.length);
  expect(counted('BackfilledMessages') - before.backfilled).toBe(lost.length);
  const stored = messageSids(await gateway.items());
  expect(lost.filter((sid) => stored.filter((one) => one === sid).length !== 1)).toEqual([]);
}, 240_000);

test('the missing status of a message that the table knows is backfilled, too', async () => {
  // A callback is lost by chance, so some messages lose their last one only.
  const sids = Array.from({ length: 40 }, () => newMessageSid());
  const lostLast: string[] = [];
  for (const sid of sids) {
    const first = await postForm(gateway.webhooks.status, statusForm(sid, 'sent'));
    const last = await postForm(gateway.webhooks.status, statusForm(sid, 'delivered'));
    if (first.status === 204 && last.status === 503) lostLast.push(sid);
  }
  await gateway.settled();
  const { backfilled, waiting } = await byHand(false);
  expect({ backfilled, waiting }).toEqual({ backfilled: lostLast.length, waiting: 0 });
  for (const sid of lostLast) {
    const items = await gateway.itemsOf(`${accountSid}#MESSAGE#${sid}`);
    expect(items.map(({ sk, via }) => [sk?.S, via?.S])).toContainEqual(['STATUS#delivered#-', 'backfill']);
    expect(items.find(({ sk }) => sk?.S === 'MESSAGE')?.['status']?.S).toBe('delivered');
  }
}, 120_000);
