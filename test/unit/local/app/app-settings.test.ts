import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAppSettings } from '../../../../local/app/app-settings';
import { UserError } from '../../../../local/user-error';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-settings-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const save = (file: string, content: unknown): void =>
  writeFileSync(join(directory, file), typeof content === 'string' ? content : JSON.stringify(content));

test('the commands are those of cdk.json, and context comes from both files and the command line', () => {
  save('cdk.json', { app: 'npx tsx bin/app.ts', build: 'npm run build', context: { a: 'cdk', b: 'cdk', c: [1] } });
  save('cdk.context.json', { a: 'looked up', d: 'looked up' });
  expect(readAppSettings({ directory, context: { b: 'given' } })).toEqual({
    directory,
    commands: ['npm run build', 'npx tsx bin/app.ts'],
    context: { a: 'cdk', b: 'given', c: [1], d: 'looked up' },
  });
});

test('--app replaces the command, and a JavaScript file alone runs with Node', () => {
  save('cdk.json', { app: 'npx tsx bin/app.ts' });
  expect(readAppSettings({ directory, command: 'make synth' }).commands).toEqual(['make synth']);
  save('app.js', '');
  expect(readAppSettings({ directory, command: 'app.js' }).commands).toEqual([`"${process.execPath}" "app.js"`]);
});

test('without cdk.json --app is enough', () => {
  expect(readAppSettings({ directory, command: 'make synth' })).toMatchObject({
    commands: ['make synth'],
    context: {},
  });
});

test.each<[string, unknown, string]>([
  ['no cdk.json', undefined, 'There is no cdk.json in '],
  ['a cdk.json without a command', { context: {} }, 'cdk.json has no "app"'],
  ['a cdk.json that is not JSON', '{', 'cdk.json is not valid JSON'],
])('%s is an error that says so', (_what, content, message) => {
  if (content !== undefined) save('cdk.json', content);
  expect(() => readAppSettings({ directory })).toThrow(UserError);
  expect(() => readAppSettings({ directory })).toThrow(message);
});
