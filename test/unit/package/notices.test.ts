import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledPackages, noticesOf } from '../../../package/notices';
import { projectRoot } from '../../../package/paths';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-notices-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A package with its files, and the name of a file of it as esbuild gives it. */
const install = (name: string, files: Readonly<Record<string, string>>): string => {
  const path = join(directory, 'node_modules', name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return join(relative(projectRoot, path), 'index.js');
};
const manifest = (name: string, more: object = {}): string => JSON.stringify({ name, version: '1.0.0', ...more });
const metafileOf = (bytes: Readonly<Record<string, number>>): Metafile => ({
  inputs: {},
  outputs: {
    'dist/index.js': {
      bytes: 1,
      exports: [],
      imports: [],
      inputs: Object.fromEntries(Object.entries(bytes).map(([file, bytesInOutput]) => [file, { bytesInOutput }])),
    },
  },
});

test('the notices have the licence of each package with code in an output, once where packages share the text', () => {
  const files = {
    one: { 'package.json': manifest('one', { license: 'MIT' }), LICENSE: 'Some words.\r\n' },
    '@scope/two': { 'package.json': manifest('@scope/two', { license: { type: 'ISC' } }), 'licence.md': 'Some words.' },
    removed: { 'package.json': manifest('removed', { license: 'MIT' }), LICENSE: 'Other words.' },
    bare: { 'package.json': manifest('bare', { license: '0BSD' }) },
  };
  const bytes = Object.entries(files).map(([name, content]) => [install(name, content), name === 'removed' ? 0 : 9]);
  const metafile = metafileOf({ ...(Object.fromEntries(bytes) as Record<string, number>), 'lib/index.ts': 9 });
  const notices = noticesOf(bundledPackages([metafile]));
  expect(notices).toContain('@scope/two 1.0.0 (ISC)\none 1.0.0 (MIT)\n\nSome words.\n');
  expect(notices).toContain('bare 1.0.0 (0BSD)\n\nThe package has no licence file; its package.json says 0BSD.\n');
  expect(notices).not.toContain('removed');
});

test('a package without a licence cannot be published', () => {
  const file = install('unlicensed', { 'package.json': manifest('unlicensed') });
  expect(() => bundledPackages([metafileOf({ [file]: 9 })])).toThrow(/unlicensed has no licence/);
});
