import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { checkAccount, type CheckedAccount } from '../../cli/account/account';
import { withAges } from '../../cli/account/dead-letter-ages';
import { readFigures } from '../../cli/account/read-figures';
import { createAwsBackend } from '../../cli/clients/aws-backend';
import { countedAccount } from '../../cli/account/run-account';
import { localTarget } from '../../cli/target/local-target';
import { deployChanged, startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { eventually } from './gateway-process';
import { postMany } from './many-posts';

// The account of a running gateway has the numbers that its senders have.

const { signal } = new AbortController();
const clock = {
  now: () => new Date(),
  sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  signal,
};

const backendOf = async ({ gateway: { state } }: TestGateway) => {
  const target = await localTarget({ localState: () => Promise.resolve(JSON.stringify(state)), isAlive: () => true });
  return createAwsBackend(target, signal);
};

const accountOf = async (gateway: TestGateway) =>
  countedAccount(await backendOf(gateway), [testAccount.accountSid], clock);

const texts = ({ sums }: CheckedAccount): readonly string[] => sums.map(({ text }) => text);

test('what was sent, swallowed, refused, repeated and stored', async () => {
  const gateway = await startTestGateway({ swallow: 0.2 });
  const posted = await postMany(gateway.webhooks.messages, { count: 60, connections: 4, account: testAccount });
  const accepted = posted.filter(({ status }) => status === 200).length;
  expect(accepted).toBeLessThan(60);
  const once = smsForm();
  const answers = [await postForm(gateway.webhooks.messages, once), await postForm(gateway.webhooks.messages, once)];
  const repeated = answers[0]?.status === 503 ? 0 : 1;
  const { status } = await fetch(gateway.webhooks.messages, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
  expect(status).toBe(403);

  const { account } = await accountOf(gateway);
  expect(account).toEqual({
    received: accepted + 2 * repeated + 1,
    refused: { SignatureRejected: 1 },
    accepted: accepted + 2 * repeated,
    stored: accepted + repeated,
    duplicates: repeated,
    unrecognized: 0,
    published: 0,
    handled: 0,
    dead: 0,
    backfilled: 0,
    missing: null,
    agrees: true,
  });
  await gateway.close();
}, 60_000);

describe('with handlers and a fallback lane', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-account-'));
  const obstacle = join(directory, 'obstacle');
  const entry = 'test/fixtures/handlers/scripted.ts';
  let gateway: StageGateway;
  beforeAll(async () => {
    const soon = [Duration.seconds(0)];
    gateway = await startStageGateway({ fallbackLane: true }, {}, (stack) => {
      stack.onMessage('One', { entry, maxReceives: 2, retryDelays: soon });
      stack.onMessage('Echo', { entry: 'test/fixtures/handlers/echo.ts', ordering: 'none' });
    });
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    rmSync(directory, { recursive: true });
  });

  const post = async (Body: string, url = gateway.webhooks.messages): Promise<void> => {
    const { status } = await postForm(url, smsForm({ MessageSid: newMessageSid(), Body }));
    expect(status).toBeLessThan(300);
  };
  const laneUrl = (): string => gateway.gateway.state.fallback?.url ?? '';
  const settled = async (dead: number): Promise<void> =>
    eventually(async () => expect((await accountOf(gateway)).account).toMatchObject({ dead }), 60_000);

  test('each handler has what was sent to it: handled, dead, or on its queue', async () => {
    await Promise.all(['a', 'b', 'c', 'never'].map((body) => post(body)));
    await post('by the lane', laneUrl());
    expect((await postForm(laneUrl(), smsForm({}), { authToken: 'f'.repeat(32) })).status).toBe(204);
    await settled(1);
    const checked = await accountOf(gateway);
    expect(checked.account).toMatchObject({
      ...{ received: 6, refused: { FallbackRejected: 1 }, accepted: 5, stored: 5, published: 5, handled: 4, dead: 1 },
      agrees: true,
    });
    expect(texts(checked)).toEqual(
      expect.arrayContaining([
        '6 received = 5 accepted + 1 refused',
        'Echo: 5 sent = 0 handled + 0 dead + 0 pending',
        'One: 5 sent = 4 handled + 1 dead + 0 pending',
      ]),
    );
    expect(checked.sums.find(({ text }) => text.startsWith('Echo'))?.note).toContain('counts nothing');
  }, 120_000);

  test('dead letters from before the period are older, and stay in their queue', async () => {
    const backend = await backendOf(gateway);
    const { table } = backend;
    if (table === undefined) throw new Error('the table cannot be read');
    const now = Math.ceil(Date.now() / 60_000) * 60;
    const period = { from: now, to: now + 60 };
    const figures = await readFigures({ ...backend, table }, [testAccount.accountSid], period, signal);
    expect(figures.handlers.map(({ deadLetters }) => deadLetters)).toEqual([0, 1]);
    const aged = await withAges(backend, figures, new Date(period.from * 1000), signal);
    expect(aged.olderDeadLetters).toBe(1);
    expect(checkAccount({ ...aged, missing: null })).toMatchObject({ account: { dead: 0, agrees: true } });
    expect((await accountOf(gateway)).account).toMatchObject({ dead: 1, agrees: true });
  }, 60_000);

  test('a dead letter that was redriven and handled is in the sums once', async () => {
    writeFileSync(obstacle, '');
    await post(`fail-while ${obstacle}`);
    await settled(2);
    rmSync(obstacle);
    await (await (await backendOf(gateway)).deadLetters('One')).startMove(undefined);
    await settled(1);
    const checked = await accountOf(gateway);
    expect(checked.account).toMatchObject({ stored: 6, handled: 5, dead: 1, agrees: true });
    expect(texts(checked)).toContain('One: 6 sent = 5 handled + 1 dead + 0 pending');
  }, 120_000);

  test('a request on the queue of the lane is received, and neither accepted nor refused yet', async () => {
    await deployChanged(gateway, (id, resource) => (/^FallbackLane.*EventSource/.test(id) ? undefined : resource));
    await post('waits', laneUrl());
    const waiting = await accountOf(gateway);
    expect(waiting.account).toMatchObject({ received: 8, accepted: 6, agrees: true });
    expect(texts(waiting)).toContain('8 received = 6 accepted + 1 refused + 1 on the fallback lane');
    await deployChanged(gateway, (_, resource) => resource);
    await eventually(
      async () => expect((await accountOf(gateway)).account).toMatchObject({ accepted: 7, agrees: true }),
      60_000,
    );
  }, 120_000);
});
