import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, startDev } from './dev';
import { linkTree } from './workspace/link-tree';
import { run } from './run';
import { allowedRatios } from './workspace/measure';
import { inWorkspace, readWorkspace } from './workspace/workspace';

const { times } = readWorkspace();

test('answers --help in twice the time of an empty node -e 0, and lists messages in six times', () => {
  expect(times.help.ratio).toBeLessThanOrEqual(allowedRatios.help);
  expect(times.list.ratio).toBeLessThanOrEqual(allowedRatios.list);
});

test('names itself as the package does', async () => {
  const { stdout } = await run(inWorkspace('modules'), command(inWorkspace('modules')), '--help');
  expect(stdout).toMatch(/^Usage: twilio-webhook-gateway /);
  expect(stdout).not.toMatch(/npx gateway|npm start|lib\/stages/);
});

test('is not loaded by an app that synthesizes', async () => {
  const script =
    "require('twilio-webhook-gateway'); console.log(JSON.stringify(Object.keys(require.cache).filter((file) => " +
    '!/aws-cdk-lib|node_modules.constructs/.test(file))))';
  const { stdout } = await run(inWorkspace('commonjs'), 'node', '-e', script);
  const loaded = (JSON.parse(stdout) as readonly string[]).map(
    (file) => file.split('/twilio-webhook-gateway/')[1] ?? file,
  );
  expect(loaded).toContain('lib/index.js');
  expect(loaded.filter((file) => !/^(?:lib|lambda\/shared)\//.test(file))).toEqual([]);
});

describe('in an app in JavaScript, without the optional peers', () => {
  const app = inWorkspace('without-peers');
  beforeAll(() => {
    linkTree(inWorkspace('modules'), app);
    for (const name of ['esbuild', 'tsx']) rmSync(join(app, 'node_modules', name), { recursive: true });
    // It has no type, so that it is JavaScript as well.
    cpSync(join(app, 'bin', 'app.ts'), join(app, 'bin', 'app.mjs'));
    rmSync(join(app, 'cdk.json'));
    writeFileSync(join(app, 'cdk.json'), JSON.stringify({ app: 'node bin/app.mjs' }));
  });

  test('cdk synth says that a handler with an entry needs esbuild', async () => {
    const { code, stderr } = await run(app, 'env', `CDK_OUTDIR=${join(app, 'out')}`, 'node', 'bin/app.mjs');
    expect(stderr).toContain('npm install --save-dev esbuild');
    expect(code).toBe(1);
  });

  test('dev says that the handlers need esbuild, and runs what it has', async () => {
    const gateway = await startDev(app);
    const { stderr } = await gateway.stop();
    expect(stderr).toMatch(/^error: .*npm install --save-dev esbuild$/m);
  });

  test('dev --data-dir says that it needs classic-level', async () => {
    const { code, stderr } = await run(app, command(app), 'dev', '--port', '0', '--data-dir', 'data');
    expect(stderr).toMatch(/^error: .*npm install --save-dev classic-level@3$/m);
    expect(code).toBe(1);
  });
});
