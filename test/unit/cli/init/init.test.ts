import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { run, type EnvironmentParts } from '../fake-environment';

const root = join(__dirname, '../../../..');

/** As `cdk init app --language typescript` writes them. */
const commonJsApp = {
  'cdk.json': '{ "app": "npx tsx bin/shop.ts", "context": {} }\n',
  'package.json': '{\n\t"name": "shop",\n\t"scripts": {\n\t\t"dev": "vite"\n\t}\n}\n',
  '.gitignore': 'node_modules\ncdk.out\n',
  'bin/shop.ts': `#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib';
import { ShopStack } from '../lib/shop-stack';

const app = new cdk.App();
new ShopStack(app, 'ShopStack');
`,
  'lib/shop-stack.ts': `import * as cdk from 'aws-cdk-lib';
import { Construct } from 'constructs';

export class ShopStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    // The resources of the shop.
  }
}
`,
} as const;

const stackOf = (name: string) => `import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export class ${name} extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}
`;

const modulesApp = {
  'cdk.json': '{ "app": "node --import tsx app.ts" }',
  'package.json': '{ "name": "mail", "type": "module", "devDependencies": { "esbuild": "0.28.0" } }',
  'app.ts': `import { App } from 'aws-cdk-lib';
import { FirstStack } from './src/first.js';
import { SecondStack } from './src/second.js';

const app = new App();
new FirstStack(app, 'First');
new SecondStack(app, 'Second');
app.synth();
`,
  'src/first.ts': stackOf('FirstStack'),
  'src/second.ts': stackOf('SecondStack'),
} as const;

describe('init', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-init-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  };
  /** What an app has installed, with this project as the package. */
  const install = () => {
    const modules = join(directory, 'node_modules');
    mkdirSync(join(modules, 'twilio-webhook-gateway'), { recursive: true });
    for (const name of ['typescript', 'aws-cdk-lib', 'constructs', '@types']) {
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    const entries = {
      '.': 'lib/index',
      './handlers': 'lambda/handlers/handlers',
      './config': 'cli/twilio/config/config',
    };
    const exported = Object.entries(entries).map(([entry, path], at) => {
      const file = `entry${at}.d.ts`;
      writeFileSync(join(modules, 'twilio-webhook-gateway', file), `export * from '${join(root, path)}';\n`);
      return [entry, { types: `./${file}` }];
    });
    writeFileSync(
      join(modules, 'twilio-webhook-gateway', 'package.json'),
      JSON.stringify({ name: 'twilio-webhook-gateway', version: '0.1.0', exports: Object.fromEntries(exported) }),
    );
  };
  const files = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((item) => item.isFile() && !item.parentPath.includes('node_modules'))
        .map((item) => join(item.parentPath, item.name))
        .map((path): [string, string] => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]),
    );
  const init = (args: readonly string[] = ['--yes'], parts: EnvironmentParts = {}) =>
    run(['init', ...args], { workingDirectory: directory, ...parts });
  const manifest = (): unknown => JSON.parse(files()['package.json'] ?? '');

  it('writes files that pass a strict type check, in every kind of app', async () => {
    const parent = directory;
    for (const [name, content] of Object.entries({ new: {}, commonjs: commonJsApp, modules: modulesApp })) {
      directory = join(parent, name);
      mkdirSync(directory);
      write(content);
      if (name !== 'new') install();
      expect((await init()).exitCode).toBe(0);
      if (name === 'new') install();
    }
    directory = parent;
    const program = ts.createProgram(
      Object.keys(files())
        .filter((path) => path.endsWith('.ts'))
        .map((path) => join(directory, path)),
      {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        strict: true,
        noUnusedLocals: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        resolveJsonModule: true,
        skipLibCheck: true,
        noEmit: true,
        typeRoots: [join(root, 'node_modules/@types')],
        types: ['node'],
      },
    );
    const errors = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(directory))
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
      .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(errors).toEqual([]);
  }, 60_000);

  it('makes a new app in an empty directory and a second time changes nothing', async () => {
    const { exitCode, data, notes } = await init();
    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: expect.stringContaining('npm install') as string });
    expect(data).toContain('--- /dev/null\n+++ b/lib/twilio-stack.ts\n');
    expect(Object.keys(files()).sort()).toEqual([
      '.gitignore',
      'bin/app.ts',
      'cdk.json',
      'handlers/reply.ts',
      'lib/twilio-stack.ts',
      'package.json',
      'tsconfig.json',
      'twilio.config.ts',
    ]);
    expect(manifest()).toMatchObject({
      scripts: { dev: 'twilio-webhook-gateway dev', gateway: 'twilio-webhook-gateway' },
      dependencies: { 'twilio-webhook-gateway': expect.stringMatching(/^\^/) as string },
    });
    const written = files();
    expect(await init()).toMatchObject({ exitCode: 0, data: 'The gateway is there: nothing to do.', notes: '' });
    expect(files()).toEqual(written);
  });

  it('puts the construct into the only stack of a CommonJS app, and leaves what is the user’s', async () => {
    write(commonJsApp);
    install();
    const { exitCode, notes } = await init(['--yes', '--stage', 'prod']);
    expect(exitCode).toBe(0);
    expect(notes).toContain('The script "dev" of package.json is yours');
    expect(files()['lib/shop-stack.ts']).toBe(`import * as cdk from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TwilioWebhookGateway } from 'twilio-webhook-gateway';

export class ShopStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    // The resources of the shop.

    const gateway = new TwilioWebhookGateway(this, 'Twilio', { stageName: 'prod' });
    gateway.onMessage('Replies', { entry: 'handlers/reply.ts', reply: true });
  }
}
`);
    expect(files()['bin/shop.ts']).toBe(commonJsApp['bin/shop.ts']);
    expect(files()['.gitignore']).toBe('node_modules\ncdk.out\n.gateway/\n');
    expect(files()['package.json']).toContain('\n\t"scripts": {\n\t\t"dev": "vite",\n\t\t"gateway"');
    const written = files();
    expect((await init()).data).toBe('The gateway is there: nothing to do.');
    expect(files()).toEqual(written);
  });

  it('gives an app of ES modules with several stacks a stack of its own, before app.synth()', async () => {
    write(modulesApp);
    install();
    expect((await init()).exitCode).toBe(0);
    expect(files()['app.ts']).toContain(
      "import { SecondStack } from './src/second.js';\nimport { TwilioStack } from './lib/twilio-stack.js';\n",
    );
    expect(files()['app.ts']).toContain("new TwilioStack(app, 'TwilioStack');\napp.synth();\n");
    expect(files()['src/first.ts']).toBe(modulesApp['src/first.ts']);
    expect(manifest()).toMatchObject({ type: 'module', devDependencies: { esbuild: '0.28.0' } });
    expect((await init()).data).toBe('The gateway is there: nothing to do.');
  });

  it('does the same without a compiler, which finds no classes', async () => {
    write(commonJsApp);
    expect((await init()).exitCode).toBe(0);
    expect(files()['lib/shop-stack.ts']).toBe(commonJsApp['lib/shop-stack.ts']);
    expect(files()['bin/shop.ts']).toContain("import { TwilioStack } from '../lib/twilio-stack';\n");
    expect(files()['bin/shop.ts']).toMatch(/new TwilioStack\(app, 'TwilioStack'\);\n$/);
  });

  it('says what to add where the app is made in its own way', async () => {
    write({ ...modulesApp, 'app.ts': "import { make } from './src/make.js';\n\nmake();\n" });
    const { exitCode, notes } = await init();
    expect(exitCode).toBe(0);
    expect(notes).toContain("Add to app.ts: import { TwilioStack } from './lib/twilio-stack.js'; and then: new Twilio");
    expect(files()['app.ts']).toBe("import { make } from './src/make.js';\n\nmake();\n");
  });

  it('never takes or overwrites a file that is in the way', async () => {
    const own = { 'handlers/reply.ts': 'export const mine = 1;\n', 'twilio.config.ts': 'export {};\n' };
    write({ ...commonJsApp, ...own, 'lib/twilio-stack.ts': '// mine\n' });
    const { exitCode, notes } = await init();
    expect(exitCode).toBe(0);
    expect(files()).toMatchObject({ ...own, 'lib/twilio-stack.ts': '// mine\n' });
    expect(notes).toContain('handlers/reply.ts is yours');
    expect(notes).toContain('lib/twilio-stack.ts is yours');
    expect(notes).toContain("entry: 'handlers/twilio-reply.ts'");
    expect(files()['handlers/twilio-reply.ts']).toContain('onMessage');
  });

  it('adds no handler to an app that has the gateway, whose handlers are its own', async () => {
    write(commonJsApp);
    install();
    await init();
    rmSync(join(directory, 'handlers'), { recursive: true });
    rmSync(join(directory, 'twilio.config.ts'));
    expect((await init()).exitCode).toBe(0);
    expect(files()).toHaveProperty(['twilio.config.ts']);
    expect(files()).not.toHaveProperty(['handlers/reply.ts']);
  });

  it('avoids names that the constructor has', async () => {
    const body = "    super(scope, id);\n    const gateway = 1;\n    this.node.addMetadata('Twilio', gateway);\n";
    write({ ...commonJsApp, 'lib/shop-stack.ts': stackOf('ShopStack').replace('    super(scope, id);\n', body) });
    install();
    await init();
    expect(files()['lib/shop-stack.ts']).toContain(
      "    const twilioGateway = new TwilioWebhookGateway(this, 'TwilioGateway', { stageName: 'dev' });\n" +
        "    twilioGateway.onMessage('Replies',",
    );
  });

  it('keeps the line breaks of Windows, and of everything else that it does not change', async () => {
    const onWindows = Object.fromEntries(
      Object.entries(commonJsApp).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]),
    );
    write(onWindows);
    install();
    expect((await init()).exitCode).toBe(0);
    const changed = ['package.json', '.gitignore', 'lib/shop-stack.ts'];
    for (const path of changed) {
      const text = files()[path] ?? '';
      expect(text).not.toMatch(/(?<!\r)\n/);
      expect(text).not.toBe(onWindows[path]);
    }
    const written = files();
    expect((await init()).data).toBe('The gateway is there: nothing to do.');
    expect(files()).toEqual(written);
  });

  it.each([
    [
      'a line that starts an interpreter, and no import',
      '#!/usr/bin/env node\n',
      "const cdk = require('aws-cdk-lib');\n\n",
      "#!/usr/bin/env node\nimport { TwilioStack } from './lib/twilio-stack';\n\nconst cdk = require",
    ],
    [
      'an import of JSON',
      "import * as cdk from 'aws-cdk-lib';\nimport names from './names.json' with { type: 'json' };\n",
      '\n',
      "with { type: 'json' };\nimport { TwilioStack } from './lib/twilio-stack';\n",
    ],
    [
      'a comment after its last import',
      "import * as cdk from 'aws-cdk-lib'; // The whole library.\n",
      '\n',
      "from 'aws-cdk-lib'; // The whole library.\nimport { TwilioStack } from './lib/twilio-stack';\n",
    ],
  ])('leaves an app valid that has %s', async (_, imports, rest, expected) => {
    write({ ...modulesApp, 'package.json': '{}', 'app.ts': `${imports}${rest}const app = new cdk.App();\n` });
    install();
    await init();
    expect(files()['app.ts']).toContain(expected);
    expect(files()['app.ts']).toMatch(/\nconst app = new cdk\.App\(\);\nnew TwilioStack\(app, 'TwilioStack'\);\n$/);
  });

  it('takes the names of stages that the construct takes, also those that need quotes', async () => {
    for (const stage of ['Prod', 'a-name-that-is-too-long', "it's", '1']) {
      expect(await init(['--yes', '--stage', stage])).toMatchObject({ exitCode: 2, data: '' });
    }
    expect(files()).toEqual({});
    expect((await init(['--yes', '--stage', 'pre-prod'])).exitCode).toBe(0);
    expect(files()['twilio.config.ts']).toContain("  // 'pre-prod': {\n");
  });

  it('writes nothing on "no", and nothing without a terminal', async () => {
    write(commonJsApp);
    const before = files();
    const refused = await init([], { confirm: () => Promise.resolve(false) });
    expect(refused).toMatchObject({ exitCode: 1, notes: expect.stringContaining('Nothing was written.') as string });
    expect(refused.data).toContain('+++ b/handlers/reply.ts');
    expect(await init([])).toMatchObject({ exitCode: 1, notes: expect.stringContaining('--yes') as string });
    expect(files()).toEqual(before);
    expect((await init([], { confirm: () => Promise.resolve(true) })).exitCode).toBe(0);
    expect(files()).not.toEqual(before);
  });

  it('leaves a file that somebody changes during the question', async () => {
    write(commonJsApp);
    const confirm = () => {
      write({ 'bin/shop.ts': '// changed\n' });
      return Promise.resolve(true);
    };
    expect(await init([], { confirm })).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining('bin/shop.ts has changed in the meantime') as string,
    });
    expect(files()['bin/shop.ts']).toBe('// changed\n');
  });

  it.each([
    ['no CDK app', { 'index.ts': '' }, /no cdk\.json/],
    ['an app in Python', { 'cdk.json': '{ "app": "python3 app.py" }', 'app.py': '' }, /not in TypeScript/],
    ['no command', { 'cdk.json': '{}' }, /no `app`/],
    ['a broken package.json', { ...commonJsApp, 'package.json': '[]' }, /not a JSON object/],
  ])('refuses a directory with %s', async (_, content, text) => {
    write(content);
    const before = files();
    expect(await init()).toMatchObject({ exitCode: 1, notes: expect.stringMatching(text) as string, data: '' });
    expect(files()).toEqual(before);
  });
});
