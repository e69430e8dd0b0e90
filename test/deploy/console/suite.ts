import type { ConversationList, DeadLetterList, GatewayInfo, Health, Metrics, WebhookPage } from '../../../console/api';
import { openConsole, openScreen, rowWith, screens } from '../../browser/console-fixture';
import { openStageTarget } from '../../gateway/webhooks/stage-target';
import type { WebhookTarget } from '../../gateway/webhooks/target';
import { eventually } from '../../gateway/gateway-process';
import { describeInBrowser } from '../../helpers/browser';
import { testAccount, toNumber } from '../../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm } from '../../helpers/webhooks';
import { stack, stage } from '../assembly';
import { documentedPermissions, startAwsCalls, type AwsCalls } from './aws-calls';
import { countAtIngress } from './put-metrics';
import { startStageConsole, type StageConsole } from './stage-console';

/** A stage is polled every two seconds. */
const liveMs = 10_000;
const account = testAccount.accountSid;
const person = '+15550100061';

/** `gateway console --stage dev`, which is read-only. The stage has one dead letter. */
export const consoleSuite = (): void => {
  let target: WebhookTarget;
  let aws: AwsCalls;
  let shown: StageConsole;
  beforeAll(async () => {
    target = await openStageTarget(stage);
    aws = await startAwsCalls();
    shown = await startStageConsole(['--stage', stage], aws.env);
  });
  afterAll(async () => {
    await shown.stop();
    await aws.close();
    await target.close();
  });

  const send = async (Body: string): Promise<string> => {
    const form = smsForm({ Body, From: person });
    expect((await postForm(target.webhooks.messages, form)).status).toBe(200);
    return String(form['MessageSid']);
  };
  const get = async <T>(path: string): Promise<T> => (await shown.get(path)) as T;

  test('names the stage and its account, and is read-only', async () => {
    expect(await get<GatewayInfo>('/api/gateway')).toMatchObject({
      name: `stage ${stage}`,
      isLocal: false,
      isProduction: false,
      allowsChanges: false,
      accounts: [account],
    });
    for (const [path, body] of [
      ['/api/send', { kind: 'sms' }],
      ['/api/queues/events/redrive', {}],
      ['/api/replay', { id: newMessageSid(), accountSid: account }],
    ] as const) {
      expect(await shown.post(path, body)).toMatchObject({ status: 403, body: { error: { reason: 'read_only' } } });
    }
  });

  test('the inbox has a webhook as it arrives, and its message with the history', async () => {
    const live = await shown.live();
    await eventually(() => expect(live.events[0]).toMatchObject({ type: 'alive' }));
    // The first poll finds what was there before.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const sid = await send('live at the stage');
    await eventually(() => {
      const rows = live.events.flatMap((event) => (event.type === 'webhooks' ? event.rows : []));
      expect(rows.map(({ id }) => id)).toContain(sid);
    }, liveMs);
    await live.stop();
    expect(live.events.filter(({ type }) => type === 'problem')).toEqual([]);
    expect((await get<WebhookPage>('/api/webhooks?search=live%20at')).rows).toMatchObject([
      { id: sid, body: 'live at the stage', from: person },
    ]);
    const sent = newMessageSid();
    for (const status of ['sent', 'delivered']) {
      await postForm(target.webhooks.status, statusForm(sent, status, { To: person }));
    }
    await eventually(async () =>
      expect(await get(`/api/messages/${sent}?account=${account}`)).toMatchObject({
        message: { status: 'delivered', to: person },
        history: [{ status: 'sent' }, { status: 'delivered' }],
      }),
    );
  });

  test('lists the conversation, and shows it oldest first', async () => {
    const { conversations } = await get<ConversationList>(`/api/conversations?with=${encodeURIComponent(person)}`);
    expect(conversations).toMatchObject([{ own: toNumber, person, messages: 2 }]);
    const key = new URLSearchParams({ account, own: toNumber, person });
    expect(await get(`/api/conversation?${key.toString()}`)).toMatchObject({
      messages: [{ body: 'live at the stage' }, { status: 'delivered' }],
    });
  });

  test('shows the queue, and its dead letter with the reason', async () => {
    await eventually(async () =>
      expect(await get('/api/queues')).toEqual({
        queues: [{ name: 'events', waiting: 0, inFlight: 0, deadLetters: 1 }],
      }),
    );
    const { deadLetters, others } = await get<DeadLetterList>('/api/queues/events/dead-letters');
    expect({ others, reasons: deadLetters.map(({ reason }) => reason.length > 0) }).toEqual({
      others: 0,
      reasons: [true],
    });
  });

  test('shows findings, the alarms of the stack, and charts', async () => {
    const { findings, alarms } = await get<Health>('/api/health');
    expect(findings).toContainEqual(expect.objectContaining({ level: 'ok', title: 'Webhook URLs' }));
    expect(findings).toContainEqual(expect.objectContaining({ level: 'problem', title: 'Dead letters' }));
    // From the template of the stack and the limits of the account, which the emulator has.
    expect(findings).toContainEqual({
      level: 'ok',
      title: 'Capacity',
      text: expect.stringMatching(/accepts 2,000 .*\(its throttle\).*\(consumerMaxConcurrency 2\)/) as string,
      advice: null,
    });
    expect(alarms.length).toBeGreaterThan(20);
    expect(alarms.filter(({ name }) => !name.startsWith(`${stack}-`))).toEqual([]);
    const { times, charts } = await get<Metrics>('/api/metrics?minutes=5');
    expect(charts.map(({ name }) => name)).toEqual(['webhooks', 'latency', 'refused', 'backlog']);
    expect(charts[0]?.series.map(({ name, values }) => [name, values.length])).toEqual([
      ['accepted', times.length],
      ['stored', times.length],
    ]);
    expect(await get('/api/handlers')).toMatchObject({ handlers: [] });
  });

  test('charts and counts have the values of CloudWatch, to which the emulator still adds none of the logs', async () => {
    const acceptedInChart = async (): Promise<number> => {
      const { charts } = await get<Metrics>('/api/metrics?minutes=60');
      const values = charts[0]?.series.find(({ name }) => name === 'accepted')?.values ?? [];
      return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    };
    expect(await acceptedInChart()).toBe(0);
    await countAtIngress({ Accepted: 3, SignatureRejected: 2 });
    expect(await acceptedInChart()).toBe(3);
    expect(await get('/api/refused')).toEqual({
      requests: [],
      reasons: [{ reason: 'signature rejected', count: 2 }],
      period: 'in the last hour',
    });
  });

  test('reads by queries: no scan, and four for each poll of one account', async () => {
    aws.reset();
    const live = await shown.live();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await live.stop();
    const polls = aws.count('Query') / 4;
    // Two days are polled around midnight (UTC).
    expect(polls).toBeLessThanOrEqual(8);
    expect(aws.count('Scan')).toBe(0);
    aws.reset();
    await get('/api/webhooks?limit=10');
    // The stage has more than ten webhooks of today. Today and tomorrow are eight partitions, each with pages of 25.
    expect(aws.count('Query')).toBeLessThanOrEqual(12);
    expect(aws.count('Scan')).toBe(0);
  });

  describeInBrowser('in a browser', (browser) => {
    test('every screen opens, the stage is in sight, and a webhook comes in without a reload', async () => {
      const { page, problems, close } = await openConsole(browser(), shown.url);
      const header = page.getByRole('banner');
      await header.getByText(`stage ${stage}`).waitFor();
      await header.getByText('Read-only').waitFor();
      await rowWith(page, 'live at the stage').waitFor();
      await send('seen in the browser');
      await rowWith(page, 'seen in the browser').waitFor({ timeout: liveMs });
      for (const title of screens) {
        await openScreen(page, title);
        expect(await page.getByRole('main').textContent()).not.toBe('');
      }
      await openScreen(page, 'Queues');
      expect(await page.getByRole('button', { name: 'Redrive' }).count()).toBe(0);
      expect(problems).toEqual([]);
      await close();
    });
  });

  test('docs/console.md names every permission that it has used', () => {
    const used = aws.permissions();
    expect(used.length).toBeGreaterThan(8);
    expect(documentedPermissions('console.md')).toEqual(expect.arrayContaining([...used]));
  });
};
