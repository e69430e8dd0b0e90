import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runApp, type RunOptions } from '../../../../local/app/run-app';

let directory = '';
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-run-app-')));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const script = (text: string): string => {
  writeFileSync(join(directory, 'app.cjs'), text);
  return `"${process.execPath}" app.cjs`;
};
const run = (commands: readonly string[], options: Partial<RunOptions> = {}, context = {}): Promise<void> =>
  runApp(
    { directory, commands, context },
    { outdir: join(directory, 'out'), bundledStacks: ['**'], signal: new AbortController().signal, ...options },
  );
/** Writes the environment into a file. */
const report = "require('fs').writeFileSync('env.json', JSON.stringify(process.env));";
const reported = (): Record<string, string> =>
  JSON.parse(readFileSync(join(directory, 'env.json'), 'utf8')) as Record<string, string>;

test('the app gets the environment of the CDK CLI, with the context of a synthesis for the local gateway', async () => {
  await run([script(report)], {}, { 'aws:cdk:bundling-stacks': [], own: 'value' });
  const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION } = reported();
  expect({ CDK_OUTDIR, CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION }).toEqual({
    CDK_OUTDIR: join(directory, 'out'),
    CDK_DEFAULT_ACCOUNT: '000000000000',
    CDK_DEFAULT_REGION: 'us-east-1',
  });
  expect(JSON.parse(CDK_CONTEXT_JSON ?? '')).toEqual({
    own: 'value',
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:version-reporting': false,
    'aws:cdk:bundling-stacks': ['**'],
    'twilio-webhook-gateway:dev': true,
  });
});

test('a context that is too long for a variable is in a file', async () => {
  await run([script(report)], {}, { long: 'x'.repeat(120_000) });
  const { CDK_CONTEXT_JSON, CONTEXT_OVERFLOW_LOCATION_ENV: file = '' } = reported();
  expect(CDK_CONTEXT_JSON).toBe('{}');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ 'twilio-webhook-gateway:dev': true });
});

test('the first command that fails ends it, and the last lines of its output are shown', async () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  const failing = script(`console.error(${JSON.stringify(lines.join('\n'))}); process.exit(3);`);
  await expect(run([failing, 'echo > second'])).rejects.toThrow(
    [`The app's command failed (exit code 3): ${failing}`, ...lines.slice(-15).map((line) => `  ${line}`)].join('\n'),
  );
  expect(existsSync(join(directory, 'second'))).toBe(false);
});

test.each<[string, string, string]>([
  [
    'thrown',
    "function stack() {\n  throw new TypeError('not\\nlike this');\n}\nstack();",
    'app.cjs:2:9: not\nlike this',
  ],
  [
    'of a file that does not compile',
    'throw new Error(`Transform failed with 1 error:\\n${__dirname}/lib/a.ts:3:8: ERROR: Expected identifier`)',
    'lib/a.ts:3:9: Expected identifier',
  ],
  ['with colours', "console.log('\\u001b[31merror\\u001b[0m TS2322'); process.exit(1);", '  error TS2322'],
])('an error %s has the line of the app', async (_what, text, message) => {
  await expect(run([script(text)])).rejects.toThrow(message);
});

test('a command that takes too long is ended with everything that it started', async () => {
  const late = "require('fs').writeFileSync('late', '')";
  const child = `require('child_process').spawn(process.execPath, ['-e', "setTimeout(() => ${late}, 1500)"])`;
  const slow = script(`${child}; setTimeout(() => {}, 60000);`);
  await expect(run([slow], { limitMs: 700 })).rejects.toThrow(`took more than 0.7 seconds: ${slow}`);
  await sleep(1_500);
  expect(existsSync(join(directory, 'late'))).toBe(false);
});

test('a stop ends the command', async () => {
  const stopping = new AbortController();
  const running = run([script('setTimeout(() => {}, 60000);')], { signal: stopping.signal });
  stopping.abort();
  await expect(running).rejects.toThrow('The gateway is stopping.');
});

test('a program that the command left behind does not keep it waiting', async () => {
  const left =
    "require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], { stdio: 'inherit' })";
  const startedAt = performance.now();
  await run([script(`${left}.unref();`)]);
  expect(performance.now() - startedAt).toBeLessThan(3_500);
});
