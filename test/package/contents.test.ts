import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { functionNames } from '../../lambda/shared/contract/function-names';
import { bundleOptions } from '../../lib/functions/function-bundle';
import { projectRoot } from '../gateway/gateway-process';
import { output } from './run';
import { inWorkspace, readWorkspace } from './workspace/workspace';

const dist = join(projectRoot, 'dist');
const { pack, withoutPeers } = readWorkspace();
const paths = pack.files.map(({ path }) => path);
const tool = (name: string): string => join(projectRoot, 'node_modules', '.bin', name);

/** In bytes. Each function has a bundle of 0.2 MB and a source map of 0.35 MB, and the breaker Twilio's library. */
const most = {
  packed: 1_450_000 + functionNames.length * 130_000,
  unpacked: 4_300_000 + functionNames.length * 650_000,
};

/** What may be copied into a bundle: licences that ask for their text and no more. */
const permissive = /^(?:MIT|MIT-0|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0)$/;

describe('the tarball', () => {
  test('has no finding of publint', async () => {
    expect(await output(projectRoot, tool('publint'), 'run', inWorkspace(pack.filename), '--strict')).toMatch(
      /All good!/,
    );
  });

  test('has types for every resolution mode, and modules of the kind that the types say, as attw finds', async () => {
    const text = await output(projectRoot, tool('attw'), inWorkspace(pack.filename), '--no-emoji', '--format', 'ascii');
    expect(text).toMatch(/No problems found/);
  });

  test('is small', () => {
    expect(pack.size).toBeLessThan(most.packed);
    expect(pack.unpackedSize).toBeLessThan(most.unpacked);
    expect(pack.entryCount).toBeLessThan(390);
  });

  test('adds one package to a CDK app, which has its peers already', () => {
    expect(withoutPeers.packages).toEqual(['twilio-webhook-gateway']);
    expect(withoutPeers.bytes).toBeLessThan(most.unpacked);
  });

  test('has the page of the console, which is small', () => {
    const files = ['icon.svg', 'index.html', 'page.css', 'page.js'].map((name) => `console/${name}`);
    expect(paths.filter((path) => path.startsWith('console/')).sort()).toEqual(files);
    const bytes = files.map((path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000);
  });

  test('has no test, no TypeScript but declarations, and no source in a source map', () => {
    expect(paths.filter((path) => /\.test\.|(?:^|\/)test\//.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.[cm]?ts$/.test(path) && !/\.d\.[cm]?ts$/.test(path))).toEqual([]);
    const maps = paths.filter((path) => path.endsWith('.map'));
    expect(maps).toEqual([...functionNames].sort().map((name) => `bundles/${name}/index.js.map`));
    for (const path of maps)
      expect(JSON.parse(readFileSync(join(dist, path), 'utf8'))).not.toHaveProperty('sourcesContent');
  });

  test('has the pages that its texts name', () => {
    // Pages of bundled packages, such as docs/CLIENTS.md, have capitals.
    const texts = paths.filter((path) => /\.m?js$/.test(path)).map((path) => readFileSync(join(dist, path), 'utf8'));
    const named = new Set(texts.flatMap((text) => [...text.matchAll(/\bdocs\/[a-z-]+\.md\b/g)].map(([page]) => page)));
    expect(named.size).toBeGreaterThan(5);
    expect([...named].filter((page) => !paths.includes(page))).toEqual([]);
  });

  test('names no path of the machine that made it', () => {
    const naming = paths.filter((path) => {
      const text = readFileSync(join(dist, path), 'utf8');
      return text.includes(projectRoot) || text.includes(`${homedir()}/`);
    });
    expect(naming).toEqual([]);
  });

  test('has the licence of each package that is bundled, and none asks for more than its text', () => {
    const notices = readFileSync(join(dist, 'THIRD-PARTY-NOTICES'), 'utf8');
    const named = [...notices.matchAll(/^(@?[\w./-]+) \d+\.\d+\.\d+\S* \(([^)]+)\)$/gm)];
    const names = named.map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['@aws-sdk/client-sqs', '@smithy/core', 'commander', 'dynalite', 'preact', 'twilio', 'uplot', 'ws'],
      ]),
    );
    expect(named.filter(([, , license = '']) => !permissive.test(license))).toEqual([]);
  });

  test('can be published', async () => {
    const report = await output(projectRoot, 'npm', 'publish', './dist', '--dry-run', '--json');
    expect(JSON.parse(report)).toMatchObject({ 'twilio-webhook-gateway': { entryCount: pack.entryCount } });
  });
});

test.each(functionNames)('the bundle of %s has the bytes that a build from the source has', (name) => {
  const built = buildSync(bundleOptions(name)).outputFiles;
  expect(readdirSync(join(dist, 'bundles', name)).sort()).toEqual(['index.js', 'index.js.map']);
  for (const { path, contents } of built) {
    const file = path.endsWith('.map') ? 'index.js.map' : 'index.js';
    expect(readFileSync(join(dist, 'bundles', name, file)).equals(contents)).toBe(true);
  }
});
