import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MonthReport } from '../../bench/cost/report';
import { readStage } from '../../bench/cost/stage-facts';
import { projectRoot } from '../../bench/programs';

const run = promisify(execFile);

test('npm run cost prints a month of the prod stage, itemized', async () => {
  const { stdout } = await run(
    'npm',
    ['run', '--silent', 'cost', '--', '--messages', '1000', '--handlers', '1', '--json'],
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

test('the facts of a stage are read from its template', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-stage-'));
  try {
    expect(readStage('prod', directory)).toMatchObject({
      api: 'http',
      batchSizes: { consumer: 10, publisher: 100, handler: 1 },
      tracing: false,
      fixed: { secrets: 1, keys: 1, dashboards: 1 },
      fixedOfEvents: { secrets: 0 },
      indexes: [{ name: 'byAccountDay' }, { name: 'byConversation' }],
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
