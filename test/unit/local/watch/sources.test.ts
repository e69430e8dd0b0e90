import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../../../../local/bundles/bundler';
import { changeOf, createContentCheck, isIgnoredFolder, watchedFolders } from '../../../../local/watch/sources';

const bundle = (entry: string, ...others: readonly string[]): Bundle => ({
  directory: '/built',
  hash: '',
  problems: [],
  inputs: new Set([entry, ...others]),
  entries: new Set([entry]),
});
const bundles = [
  bundle('/app/handlers/reply.ts', '/app/shared/text.txt', '/app/node_modules/p/index.js'),
  bundle('/app/handlers/log.ts', '/shared/src/log.ts', '/app/shared/text.txt'),
];

test.each<[string, string, string]>([
  ['the entry of a bundle asks for the bundle only', '/app/handlers/reply.ts', 'bundle'],
  ['another file of a bundle may be one of the app as well', '/app/shared/text.txt', 'bundle-and-app'],
  ['any other source file is one of the app', '/app/bin/app.ts', 'app'],
  ['and so is its configuration', '/app/cdk.json', 'app'],
  ['a test is not', '/app/lib/stack.test.ts', 'nothing'],
  ['the copy of an editor is not', '/app/bin/app.ts~', 'nothing'],
  ['other files are not', '/app/README.md', 'nothing'],
])('%s', (_what, file, change) => {
  expect(changeOf(file, bundles)).toBe(change);
});

test('the folders of the app and of all bundles are watched, but not packages, output, data and tests', () => {
  expect(watchedFolders('/app', bundles)).toEqual(['/app', '/app/handlers', '/app/shared', '/shared/src']);
  const ignored = ['node_modules', 'cdk.out', 'cdk.out.dev', '.git', '.gateway', 'dist', 'coverage', 'test'];
  expect(ignored.filter((name) => !isIgnoredFolder(`/app/${name}`))).toEqual([]);
  expect(['lib', 'handlers', 'src', 'testing'].filter((name) => isIgnoredFolder(`/app/${name}`))).toEqual([]);
});

test('a file is changed when its content is another one', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-content-'));
  const file = join(directory, 'a.ts');
  const isChanged = createContentCheck();
  const save = (text: string): boolean => {
    writeFileSync(file, text);
    return isChanged(file);
  };
  expect([save('1'), save('1'), save('2'), save('1')]).toEqual([true, false, true, true]);
  rmSync(directory, { recursive: true });
  expect([isChanged(file), isChanged(file)]).toEqual([true, false]);
});
