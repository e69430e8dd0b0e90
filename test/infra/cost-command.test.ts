import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { total } from '../../bench/cost/cost-parts';
import { fullBatches, trickle } from '../../bench/cost/load';
import { measure, type Measured } from '../../bench/cost/measure/measure';
import type { WebhookKind } from '../../bench/cost/measure/webhook-kinds';
import { reportOf, type MonthReport } from '../../bench/cost/report';
import { backfillCost, canaryCost, laneCost, optionCosts } from '../../bench/cost/option-costs';
import { readStage } from '../../bench/cost/stage-facts';
import { stageOptions } from '../../bench/cost/stage-options';
import { handlerCost, offerCost, publishCost, webhookCost } from '../../bench/cost/webhook-cost';
import { projectRoot } from '../../bench/programs';

const run = promisify(execFile);
const page = readFileSync(join(projectRoot, 'docs', 'performance.md'), 'utf8');

test('npm run cost prints a month of the prod stage, itemized', async () => {
  const { stdout } = await run(
    'npm',
    ['run', '--silent', 'cost', '--', '--messages', '1000', '--handlers', '1', '--canary', '--json'],
    {
      cwd: projectRoot,
    },
  );
  const report = JSON.parse(stdout) as MonthReport;
  expect(report).toMatchObject({ webhooks: 1000, tracing: false, region: 'us-east-1' });
  expect(Object.keys(report.variable)).toEqual(
    expect.arrayContaining(['API Gateway', 'marker', 'table', 'indexes', 'logs', 'SNS publish', 'handled events']),
  );
  expect(report.fixed['alarms']).toBeGreaterThan(1);
  expect(Object.keys(report.options)).toEqual(['canary']);
  expect(report.total).toBeGreaterThan(5);
}, 120_000);

test('a wrong option ends with 2 and one line', async () => {
  const failed = run('node', ['--import', 'tsx', 'bench/cost/main.ts', '--messages', 'many'], { cwd: projectRoot });
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: "error: option '--messages <number>' argument 'many' is invalid. It must be a whole number.\n",
  });
});

describe('the prod stage', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-stage-'));
  const stage = readStage('prod', join(directory, 'stage'), stageOptions);
  let measured: Measured;
  beforeAll(async () => {
    measured = await measure(stage, join(directory, 'programs'));
  }, 60_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('is read from its template', () => {
    expect(stage).toMatchObject({
      api: 'http',
      batchSizes: { consumer: 10, publisher: 100, handler: 1 },
      tracing: false,
      fixed: { secrets: 1, keys: 1, dashboards: 1 },
      fixedOfEvents: { secrets: 0 },
      indexes: [{ name: 'byAccountDay' }, { name: 'byConversation' }],
    });
  });

  /** The dollars of a row of docs/performance.md. */
  const row = (head: string): readonly number[] => {
    const line = page.split('\n').find((text) => text.startsWith(`| ${head} |`)) ?? '';
    return [...line.matchAll(/\$([\d.]+)/g)].map(([, amount]) => Number(amount));
  };
  /** The same within two cents and two percent, so that a byte more in a log line changes no page. */
  const expectRow = (head: string, costs: readonly number[]): void => {
    const named = row(head);
    expect(named).toHaveLength(costs.length);
    for (const [at, cost] of costs.entries()) {
      expect({ head, isRight: Math.abs(cost - (named[at] ?? NaN)) <= 0.02 + cost * 0.02, named, costs }).toMatchObject({
        isRight: true,
      });
    }
  };

  test.each([10_000, 100_000, 1_000_000, 10_000_000])('costs in a month of %d SMS what the page says', (messages) => {
    const month = { messages, sent: 0, callbacks: 0, events: 0, handlers: 0, accounts: 1 };
    const { fixed, variable, storage, total: all } = reportOf({ ...stage, options: {} }, measured, month);
    expectRow(messages.toLocaleString('en-US'), [total(fixed), total(variable), storage.cost, all]);
  });

  test('costs with each option what the page says', () => {
    const none = { messages: 0, sent: 0, callbacks: 0, events: 0, handlers: 0, accounts: 1 };
    const [idle, million] = [none, { ...none, messages: 1e6 }].map((month) => optionCosts(stage, measured, month));
    const idleOf = (name: (typeof stageOptions)[number]): number => total(idle?.[name] ?? {});
    const added = total(million?.reconciliation ?? {}) - idleOf('reconciliation');
    const ofOptions = [backfillCost(stage, measured), canaryCost(stage, measured, 0), laneCost(stage, measured)];
    const [backfill = NaN, canary = NaN, lane = NaN] = ofOptions.map(total);
    expectRow('[`reconciliation`](reconcile.md)', [idleOf('reconciliation'), added, backfill]);
    expectRow('[`canary`](canary.md)', [idleOf('canary'), canary]);
    expectRow('[`fallbackLane`](fallback-lane.md)', [idleOf('fallbackLane'), lane]);
  });

  test('costs for each kind of webhook what the page says', () => {
    const loads = [trickle, fullBatches(stage)];
    const of = (kind: WebhookKind) => loads.map((load) => total(webhookCost(stage, measured.webhooks[kind], load)));
    const [first, later] = [of('first callback'), of('later callback')];
    expectRow('an incoming SMS', of('sms'));
    expectRow('the same with a form of 1 kB', of('large sms'));
    expectRow('a status callback', later);
    expectRow(
      'a message that you send, with three status callbacks',
      first.map((cost, at) => cost + 2 * (later[at] ?? NaN)),
    );
    expectRow('an event of Event Streams', of('event'));
    const { sms } = measured.webhooks;
    const handled = loads.map((load) =>
      [
        webhookCost(stage, sms, load),
        publishCost(stage, sms, load),
        offerCost(sms),
        handlerCost(stage, measured.handler, load, 'conversation'),
      ].reduce((sum, costs) => sum + total(costs), 0),
    );
    expectRow('an incoming SMS with one handler', handled);
  });
});
