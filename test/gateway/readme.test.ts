import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { stageNames } from '../../lib/stages';
import { devAssembly } from '../helpers/assembly';
import { run } from '../unit/cli/fake-environment';
import {
  eventually,
  projectRoot,
  readyLine,
  startProcess,
  type Finished,
  type StartedProcess,
} from './gateway-process';

const paper = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const readme = paper('README.md');
const papers = [
  readme,
  ...[
    'architecture.md',
    'backup.md',
    'commands.md',
    'console.md',
    'erase.md',
    'find.md',
    'first-sms.md',
    'runbook.md',
    'your-code.md',
  ].map((name) => paper(join('docs', name))),
].join('\n');

/** The commands of each fenced shell block, without comments. */
const shellBlocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) =>
  block
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line !== ''),
);

describe("the README's start", () => {
  let clone = '';
  let cache = '';
  let npm: StartedProcess;
  beforeAll(async () => {
    // A clone after `npm ci`, in another directory so that a developer's running gateway is not disturbed.
    clone = mkdtempSync(join(tmpdir(), 'gateway-readme-'));
    cache = mkdtempSync(join(tmpdir(), 'gateway-readme-npm-'));
    for (const name of readdirSync(projectRoot)) {
      if (!['.git', '.gateway', 'cdk.out', 'coverage'].includes(name)) {
        symlinkSync(join(projectRoot, name), join(clone, name));
      }
    }
    const [[first = ''] = []] = shellBlocks;
    expect(first).toBe('npm ci && npm start');
    // The only difference from the README: another port, because that one may be in use.
    npm = startProcess('npm', ['start', '--', '--port', '0'], {
      cwd: clone,
      env: npmEnvironment(),
      detached: true,
    });
    await readyLine(npm);
  }, 90_000);
  afterAll(async () => {
    // Processes are left only if a test has failed.
    if (npm.child.exitCode === null && npm.child.signalCode === null && npm.child.pid !== undefined)
      process.kill(-npm.child.pid, 'SIGKILL');
    await npm.finished;
    for (const directory of [clone, cache]) rmSync(directory, { recursive: true, force: true });
  });
  const npmEnvironment = () => ({ npm_config_cache: cache, npm_config_offline: 'true' });
  const shell = (command: string): Promise<Finished> =>
    startProcess('sh', ['-c', command], { cwd: clone, env: npmEnvironment() }).finished;

  test('two commands start the gateway, and the next ones show the message', async () => {
    const [, commands = []] = shellBlocks;
    expect(commands).toEqual([
      expect.stringMatching(/^npx gateway send sms .*"héllo 🌍"$/) as string,
      'npx gateway messages list',
    ]);
    const [send = '', list = ''] = commands;
    const sent = await shell(send);
    expect(sent).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 /m) as string });
    await eventually(async () => {
      const listed = await shell(list);
      expect(listed.code).toBe(0);
      expect(listed.stdout).toContain('héllo 🌍');
    });
  }, 60_000);

  test('every process ends with 0 when a script ends the npm that it started', async () => {
    const baseUrl = await readyLine(npm);
    npm.child.kill('SIGTERM');
    expect(await npm.finished).toMatchObject({ code: 0, signal: null });
    await expect(fetch(baseUrl)).rejects.toThrow();
    expect(existsSync(join(clone, '.gateway', 'local.json'))).toBe(false);
  });
});

describe('files, commands and options in the docs', () => {
  const words = '([a-z][a-z-]*(?: [a-z][a-z-]*)?)';
  // `npx gateway messages list`, and `messages show SID` in a table under `npx gateway`.
  const mentions = [`npx gateway ${words}`, '`((?:send|messages|dead-letters|secret) [a-z][a-z-]*)'];
  const named = [
    ...new Set(
      mentions.flatMap((pattern) => [...papers.matchAll(new RegExp(pattern, 'g'))].map(([, name = '']) => name)),
    ),
  ];

  test('names every command that operators need', () => {
    const operate = ['messages list', 'messages show', 'dead-letters list', 'dead-letters redrive', 'secret status'];
    expect(named).toEqual(expect.arrayContaining(operate));
  });

  test.each(named)('npx gateway %s exists', async (name) => {
    const { exitCode, data } = await run([...name.split(' '), '--help']);
    expect(exitCode).toBe(0);
    expect(data).toMatch(new RegExp(`^Usage: gateway ${name}\\b`, 'm'));
  });

  // A command may go on in the next line, after a backslash.
  const used = [...papers.matchAll(new RegExp(`^npx gateway ${words}((?:.|\\\\\n)*)$`, 'gm'))].flatMap(
    ([, name = '', rest = '']) => [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => `${name} ${option}`),
  );

  test.each([...new Set(used)])('npx gateway %s exists', async (use) => {
    const [option = '', ...name] = use.split(' ').reverse();
    const { data } = await run([...name.reverse(), '--help']);
    expect(data).toMatch(new RegExp(`^ +(?:-\\w, )?${option}\\b`, 'm'));
  });

  test('stacks and outputs exist', () => {
    const stacks = [...papers.matchAll(/\bTwilioWebhookGateway-\w+/g)].map(([name]) => name);
    const outputs = [...readme.matchAll(/`([A-Z][A-Za-z]+(?:Arns?|Url))`/g)].map(([, name = '']) => name);
    const { template } = devAssembly();
    expect(stacks.length).toBeGreaterThan(0);
    for (const stack of stacks) expect(stageNames.map(stackName)).toContain(stack);
    expect(outputs.length).toBeGreaterThan(4);
    for (const output of outputs) expect(Object.keys(template.Outputs ?? {})).toContain(output);
  });
});
