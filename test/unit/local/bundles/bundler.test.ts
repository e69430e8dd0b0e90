import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createBundler, type Bundler } from '../../../../local/bundles/bundler';
import { buildAppCode } from '../../../../local/bundles/app-code';

let app = '';
let output = '';
let bundler: Bundler;
beforeEach(() => {
  app = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-bundler-')));
  output = join(app, 'output');
  symlinkSync(join(__dirname, '../../../../node_modules'), join(app, 'node_modules'));
  bundler = createBundler(app, output);
  save('handlers/reply.ts', "import { text } from './text';\nexport const handler = (): string => text;\n");
  save('handlers/text.ts', "export const text: string = 'first';\n");
});
afterEach(() => {
  bundler.close();
  rmSync(app, { recursive: true });
});

const save = (file: string, text: string): void => {
  mkdirSync(dirname(join(app, file)), { recursive: true });
  writeFileSync(join(app, file), text);
};
const recipe = (entry = 'handlers/reply.ts') => ({
  name: 'handler-Replies',
  options: {
    absWorkingDir: app,
    entryPoints: [entry],
    outfile: 'bundle/handler-Replies/index.js',
    bundle: true,
    platform: 'node',
    format: 'cjs',
  },
});
const codeOf = ({ directory }: { readonly directory: string }): string =>
  readFileSync(join(directory, 'index.js'), 'utf8');
/** A file that was changed at the time of a build may be of before or after it. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('a bundle has a directory for its content, two folders below that of all builds, and files beside it', async () => {
  const built = await bundler.build(recipe(), { 'replies.json': Buffer.from('{}') });
  expect(built).toMatchObject({
    problems: [],
    inputs: new Set([join(app, 'handlers/text.ts'), join(app, 'handlers/reply.ts')]),
    entries: new Set([join(app, 'handlers/reply.ts')]),
  });
  expect(dirname(dirname(built.directory))).toBe(output);
  expect(codeOf(built)).toContain('first');
  expect(readFileSync(join(built.directory, 'replies.json'), 'utf8')).toBe('{}');
  const other = await bundler.build(recipe(), { 'replies.json': Buffer.from('[]') });
  expect(other.hash).not.toBe(built.hash);
  expect(codeOf(built)).toContain('first');
});

test('a change gives another bundle, the same content the same one', async () => {
  const built = await bundler.build(recipe(), {});
  await pause();
  save('handlers/text.ts', "export const text: string = 'second one';\n");
  const changed = await bundler.build(recipe(), {});
  expect(codeOf(changed)).toContain('second one');
  expect(changed.directory).not.toBe(built.directory);
  await pause();
  save('handlers/text.ts', "export const text: string = 'first';\n");
  expect(await bundler.build(recipe(), {})).toEqual(built);
});

test('code that does not compile is named, with its file as an input, and has no bundle until it does', async () => {
  save('handlers/text.ts', 'export const text = ;\n');
  const failed = await bundler.build(recipe(), {});
  expect(failed.problems).toEqual([expect.stringMatching(/^handlers\/text\.ts:1:21: \S/)]);
  expect(failed.inputs).toContain(join(app, 'handlers/text.ts'));
  expect(existsSync(failed.directory)).toBe(false);
  save('handlers/text.ts', "export const text = 'good';\n");
  expect(await bundler.build(recipe(), {})).toMatchObject({ problems: [] });
});

test('assets with a recipe are built and any other is used as it is; text becomes a file', async () => {
  save('assembly/recipe/recipe.json', JSON.stringify(recipe()));
  save('assembly/recipe/replies.json', '{}');
  const plain = { directory: join(app, 'assembly/plain'), hash: 'h' };
  const { code, bundles } = await buildAppCode(
    new Map<string, typeof plain | { readonly text: string }>([
      ['Built', { directory: join(app, 'assembly/recipe'), hash: 'r' }],
      ['Plain', plain],
      ['Text', { text: 'exports.handler = 1;' }],
    ]),
    bundler,
  );
  expect(bundles).toHaveLength(1);
  expect(code.get('Plain')).toEqual(plain);
  expect(codeOf(code.get('Text') ?? plain)).toBe('exports.handler = 1;');
  const built = code.get('Built') ?? plain;
  expect(codeOf(built)).toContain('first');
  expect(existsSync(join(built.directory, 'recipe.json'))).toBe(false);
  expect(existsSync(join(built.directory, 'replies.json'))).toBe(true);
});

test('a file that changes during a build is read again, even if its size and time are those of the build', async () => {
  const file = join(app, 'handlers/text.ts');
  const later = new Date(Date.now() + 60_000);
  utimesSync(file, later, later);
  await bundler.build(recipe(), {});
  save('handlers/text.ts', "export const text: string = 'third';\n");
  utimesSync(file, later, later);
  expect(codeOf(await bundler.build(recipe(), {}))).toContain('third');
});
