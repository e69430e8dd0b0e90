import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandInReply } from '../../lambda/shared/contract/stand-in-reply';
import { eventTypes } from '../../lambda/shared/events/gateway-event';
import {
  eventually,
  projectRoot,
  readyLine,
  startProcess,
  type Finished,
  type StartedProcess,
} from './gateway-process';
import { projectCopy, type ProjectCopy } from './project-copy';

const timeoutMs = 120_000;
const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const page = read('docs/your-code.md');

/** The fenced blocks of a page in one language. */
const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);

/** The first line of a block names its file: `// handlers/reply.ts`. */
const fileOf = (block: string): string | undefined => /^\/\/ (\S+)\n/.exec(block)?.[1];

const examples = blocksOf(page, 'ts');
const example = (file: string): string => {
  const found = examples.find((block) => fileOf(block) === file);
  if (found === undefined) throw new Error(`docs/your-code.md has no block for ${file}.`);
  return found;
};

/** `lib/handlers.ts`, whose function is replaced by that of the page. */
const handlersFile = (): string => {
  const registration = example('lib/handlers.ts').replace(/^\/\/ .*\n/, '');
  const text = read('lib/handlers.ts').replace(/^export const registerHandlers\b[^]*?^\};\n/m, () => registration);
  expect(text).toContain(registration);
  return text;
};

let project: ProjectCopy;
const copyProject = (): void => {
  project = projectCopy();
  project.save('handlers/reply.ts', example('handlers/reply.ts'));
  project.save('lib/handlers.ts', handlersFile());
};

/** Packages are never fetched. */
const env = { npm_config_offline: 'true', npm_config_cache: join(tmpdir(), 'gateway-your-code-npm') };
const shell = (command: string): Promise<Finished> =>
  startProcess('sh', ['-c', command], { cwd: project.path, env }).finished;

test('README leads to these steps', () => {
  expect(read('README.md')).toContain('(docs/your-code.md#five-minutes-to-a-reply)');
  expect(page).toContain('\n## Five minutes to a reply\n');
});

describe('the first five minutes', () => {
  let npm: StartedProcess;
  beforeEach(copyProject);
  afterEach(async () => {
    // The process is still running only if the test has failed.
    const { child, finished } = npm;
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL');
    }
    await finished;
    project.remove();
  });

  test(
    'a message is answered within three seconds, and after an edit with the new text, without a restart',
    async () => {
      const [start = '', commands = ''] = blocksOf(page, 'sh');
      const [send = '', list = ''] = commands.split('\n');
      expect(start).toBe('npm start\n');
      // The only difference from the page is the port, because the default port may be in use.
      npm = startProcess('npm', ['start', '--', '--port', '0'], { cwd: project.path, env, detached: true });
      await readyLine(npm);
      const replies = async (): Promise<readonly StandInReply[]> => {
        const { code, stdout } = await shell(`${list} --json`);
        expect(code).toBe(0);
        return JSON.parse(stdout) as readonly StandInReply[];
      };
      const answered = async (body: string): Promise<void> => {
        expect(await shell(send)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 /m) as string });
        await eventually(async () => {
          const [latest] = await replies();
          expect(latest).toMatchObject({ body, to: '+15550100001', from: '+15550100002' });
        }, 3_000);
      };

      await answered('You wrote: hello');
      expect(await shell(list)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('You wrote: hello') as string,
      });
      const [, afterMs = ''] =
        /^\S+ {2}└ Replies handled \S+ in \d+ ms \((\d+) ms after the webhook\)$/m.exec(npm.stdout()) ?? [];
      expect(Number(afterMs)).toBeGreaterThan(0);
      expect(Number(afterMs)).toBeLessThan(3_000);

      project.save('handlers/reply.ts', example('handlers/reply.ts').replace('You wrote', 'You have just written'));
      await eventually(() => expect(npm.stdout()).toMatch(/^reloaded in \d+ ms$/m));
      await answered('You have just written: hello');
      expect(await replies()).toHaveLength(2);
      expect(npm.stdout().match(/^ready /gm)).toHaveLength(1);

      npm.child.kill('SIGTERM');
      expect(await npm.finished).toMatchObject({ code: 0 });
    },
    timeoutMs,
  );
});

describe('the examples', () => {
  beforeEach(copyProject);
  afterEach(() => project.remove());

  /** Puts the lines of an example without a file name into a function that registers handlers. */
  const registering = (block: string): string => {
    const imports = block.match(/^import .*\n/gm) ?? [];
    const body = block.replaceAll(/^import .*\n/gm, '');
    return [
      "import type { GatewayStack } from './gateway-stack';",
      ...imports,
      `export const register = (gateway: GatewayStack): void => {\n${body}};`,
    ].join('\n');
  };

  test(
    "compile with the project's compiler options",
    async () => {
      const files = examples.map((block, at) => {
        const file = fileOf(block) ?? `lib/example-${at}.ts`;
        if (file !== 'lib/handlers.ts') project.save(file, fileOf(block) === undefined ? registering(block) : block);
        return file;
      });
      expect(files.length).toBeGreaterThan(10);
      project.save('tsconfig.examples.json', JSON.stringify({ extends: './tsconfig.json', include: [], files }));
      expect(await shell('npx tsc --project tsconfig.examples.json')).toMatchObject({ code: 0, stdout: '' });
    },
    timeoutMs,
  );

  test(
    'test the handler with the command of the page',
    async () => {
      const scripts = ['counts-reporter', 'end-to-end-first', 'esbuild-transformer'].map((name) => `${name}.cjs`);
      // Jest needs the files that its configuration names, for every test.
      const helpers = [...scripts, 'global-setup.ts', 'global-teardown.ts'].map((name) => `test/helpers/${name}`);
      for (const file of ['jest.config.cjs', ...helpers]) project.restore(file);
      project.save('handlers/reply.test.ts', example('handlers/reply.test.ts'));
      const [command = ''] = blocksOf(page, 'sh').filter((block) => block.startsWith('npx jest '));
      const { code, stdout, stderr } = await shell(command);
      expect({ code, stdout, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^Tests: +4 passed/m) as string,
      });
    },
    timeoutMs,
  );
});

describe('the events', () => {
  interface Schema {
    readonly properties: { readonly data: { readonly properties: Readonly<Record<string, unknown>> } };
  }
  const schemaOf = (type: string): Schema =>
    // The generated schema of an event has these properties.
    JSON.parse(read(`schemas/events/${type.replace('twilio.webhook.', '')}.json`)) as Schema;

  test('are in the table with the fields of their schemas', () => {
    const rows = [...page.matchAll(/^\| `(twilio\.webhook\.\S+)` \|.*\| ([^|]+) \|$/gm)].map(
      ([, type = '', cell = '']) => [type, [...cell.matchAll(/`(\w+)`/g)].map(([, field]) => field).sort()],
    );
    expect(rows).toEqual(
      eventTypes.map((type) => [type, Object.keys(schemaOf(type).properties.data.properties).sort()]),
    );
  });

  test('have the example that the schema has', () => {
    const [shown = ''] = blocksOf(page, 'json');
    expect(JSON.parse(shown)).toEqual(JSON.parse(read('schemas/events/message.received.example.json')));
  });
});
