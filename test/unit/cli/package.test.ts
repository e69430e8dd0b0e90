import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startAsPackage } from '../../../cli/terminal/program-name';
import { run } from './fake-environment';
import { gateway, withAnswer } from './gateway-process';
import { localState } from './local-state';

startAsPackage();

/** Every command with its subcommands, as the help lists them. */
const commandsBelow = async (path: readonly string[]): Promise<readonly (readonly string[])[]> => {
  const { data } = await run([...path, '--help']);
  const listed = data.split(/^Commands:$/m)[1]?.split('\n\n')[0] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name).filter((n) => n !== 'help');
  const below = await Promise.all(names.map((name) => commandsBelow([...path, name])));
  return [path, ...below.flat()];
};

test('no help of the package names the clone: its command, its npm scripts, its file of stages', async () => {
  const commands = await commandsBelow([]);
  expect(commands.length).toBeGreaterThan(40);
  for (const command of commands) {
    const { data } = await run([...command, '--help']);
    expect([command.join(' '), data.match(/npx gateway|npm start|lib\/stages\.ts/g)]).toEqual([
      command.join(' '),
      null,
    ]);
  }
  expect((await run(['--help'])).data).toContain('npx twilio-webhook-gateway messages list');
});

test('no text of a command spells the name of the program', () => {
  const folder = join(__dirname, '../../../cli');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const spelled = files.filter((file) => {
    const code = readFileSync(join(folder, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    return /npx (?:twilio-webhook-)?gateway/.test(code);
  });
  expect(spelled).toEqual([join('terminal', 'program-name.ts')]);
});

describe('twilio.config of the package', () => {
  let directory: string;
  const entry = join(__dirname, '../../../package/installed.ts');
  const plan = () => gateway(directory, ['twilio', 'plan'], {}, undefined, entry);
  const config = 'export const twilioConfig: Readonly<Record<string, object>> = { prod: { accounts: {} } };';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-package-'));
    mkdirSync(join(directory, '.gateway'));
    writeFileSync(join(directory, '.gateway', 'local.json'), JSON.stringify(localState('http://127.0.0.1:9')));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is compiled by the esbuild of the project where Node.js does not strip types', async () => {
    writeFileSync(join(directory, 'twilio.config.ts'), config);
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync(dirname(require.resolve('esbuild/package.json')), join(directory, 'node_modules', 'esbuild'));
    expect(await plan()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no stage local (only prod)') });
  });

  it('can be JavaScript, which needs nothing', async () => {
    writeFileSync(join(directory, 'twilio.config.mjs'), 'export const twilioConfig = { prod: { accounts: {} } };');
    expect((await plan()).stderr).toContain('no stage local (only prod)');
  });

  it('says what is needed where nothing can read TypeScript, and names the file that does not load', async () => {
    writeFileSync(join(directory, 'twilio.config.ts'), config);
    const { stderr, exitCode } = await plan();
    const isStripped = 'typescript' in process.features;
    expect(stderr).toMatch(isStripped ? /no stage local/ : /npm install --save-dev esbuild.*twilio\.config\.mjs/);
    expect(exitCode).toBe(2);
    rmSync(join(directory, 'twilio.config.ts'));
    writeFileSync(join(directory, 'twilio.config.js'), 'throw new Error("not yet");');
    expect((await plan()).stderr).toContain('twilio.config.js cannot be loaded: not yet');
  });

  it('suggests --stack for a stage whose stack does not exist', async () => {
    const missing =
      '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>' +
      '<Message>Stack with id TwilioWebhookGateway-x does not exist</Message></Error></ErrorResponse>';
    await withAnswer(400, missing, async (endpoint) => {
      const { stderr } = await gateway(
        directory,
        ['messages', 'list', '--stage', 'x'],
        { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
        undefined,
        entry,
      );
      expect(stderr).toContain('no stack TwilioWebhookGateway-x');
      expect(stderr).toContain('--stack finds a stack of another name');
    });
  });
});
