import { crowdedFolders, importCycles, needlessAllowances, wideLines } from './layout-checks';
import { brokenLinks, missingFunctions, missingPaths, walkSteps } from './page-checks';
import { isCode, isPage, readFiles, trackedPaths } from './repository';
import { findPrivateWords } from './word-checks';

const paths = trackedPaths();
const code = readFiles(paths.filter(isCode));
const pages = readFiles(paths.filter(isPage));
/** Not the rules themselves, nor the checks of alarms, whose names are interfaces. */
const inPlainWords = /^(?:lambda|lib|cli|local|bench|test)\/(?!unit\/house\/|infra\/checks\/alarm-checks)/;

/** Folders with more files than the others, and why. */
const largeFolders: Readonly<Record<string, string>> = {
  '.': 'the files that tools expect at the root',
  '.changeset': 'one file for each change of the next release',
  'console/server/routes': 'one file for each screen or action of the page',
  docs: 'one page for each topic, with an index',
  'docs/adr': 'one page for each decision',
  'test/adversarial/ingress': 'one file for each area of the attack catalogue',
  'test/adversarial/support': 'the tools of one suite',
  'test/deploy': 'one command with its own Jest project',
  'test/fault/history': 'the parts of one history, from plan to run',
  'test/gateway': 'one file for each thing that is tried on the running gateway',
  'test/helpers': 'what several suites share',
  'test/infra': 'one file for each promise of the template',
  'test/unit/breaker': 'the tests of lambda/breaker',
  'test/unit/cli/explain': 'one file for each kind of cause',
  'test/unit/ingress': 'one file for each group of answers',
  'test/unit/twilio': 'one file for each command at Twilio',
};

describe('the house', () => {
  test('has no line over 120 columns', () => {
    expect([...pages, ...code].flatMap(wideLines)).toEqual([]);
  });

  test('has no folder with more files than one topic needs', () => {
    const files = paths.filter((path) => !path.includes('/fixtures/'));
    expect(crowdedFolders(files, largeFolders)).toEqual([]);
    expect(needlessAllowances(files, largeFolders)).toEqual([]);
  });

  test('has no import cycle', () => {
    expect(importCycles(code, false)).toEqual([]);
    const product = code.filter(({ path }) => /^(?:lambda|lib|local|bench)\//.test(path));
    expect(importCycles(product, true)).toEqual([]);
  });

  test('uses plain words', () => {
    expect(code.filter(({ path }) => inPlainWords.test(path)).flatMap(findPrivateWords)).toEqual([]);
  });

  test('has pages whose links lead somewhere', () => {
    expect(pages.flatMap((page) => brokenLinks(page, paths, pages))).toEqual([]);
  });

  test('has every file that the pages for contributors name', () => {
    const named = pages.filter(
      ({ path }) => ['CONTRIBUTING.md', 'docs/architecture.md'].includes(path) || path.startsWith('docs/contributing/'),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.flatMap((page) => missingPaths(page, paths))).toEqual([]);
  });

  test('has a row of docs/stage-options.md for every option of a stage', () => {
    const [page] = pages.filter(({ path }) => path === 'docs/stage-options.md');
    const [options] = code.filter(({ path }) => path === 'lib/stage/stage-options.ts');
    const keys = [...(options?.text ?? '').matchAll(/^  readonly (\w+)\?:/gm)].map(([, key = '']) => key);
    const rows = [...(page?.text ?? '').matchAll(/^\| \[?`(\w+)`/gm)].map(([, key = '']) => key);
    expect(keys).toEqual(expect.arrayContaining(['production', 'env', 'canary']));
    expect([...rows].sort()).toEqual([...keys].sort());
  });

  test('is walked by docs/architecture.md through functions that exist', () => {
    const [page] = pages.filter(({ path }) => path === 'docs/architecture.md');
    if (page === undefined) throw new Error('There is no docs/architecture.md.');
    expect(walkSteps(page.text).length).toBeGreaterThan(10);
    const read = (name: string): string => code.find(({ path }) => path === name)?.text ?? '';
    expect(missingFunctions(page, read)).toEqual([]);
  });
});

describe('the checks find', () => {
  const wide = 'x'.repeat(121);

  test('a wide line, but not a table or a URL', () => {
    expect(wideLines({ path: 'a.md', text: `ok\n${wide}` })).toEqual(['a.md:2 has 121 columns']);
    const url = `see https://example.com/${wide}`;
    expect(wideLines({ path: 'a.md', text: `| ${wide} |\n${url}\n${'é'.repeat(120)}` })).toEqual([]);
    expect(wideLines({ path: 'a.ts', text: `| ${wide} |\n${url} says` })).toHaveLength(2);
    const title = `test('${wide}', () => {`;
    expect(wideLines({ path: 'test/a.ts', text: `${title}\n  // ${wide}` })).toHaveLength(1);
    expect(wideLines({ path: 'lib/a.ts', text: `${title}\n  '${wide}',` })).toHaveLength(2);
  });

  test('a crowded folder, and an allowance that none needs', () => {
    const fourteen = Array.from({ length: 14 }, (_, at) => `a/b/${at}.ts`);
    expect(crowdedFolders(fourteen.slice(1), {})).toEqual([]);
    expect(crowdedFolders(fourteen, {})).toEqual(['a/b has 14 files']);
    expect(needlessAllowances(fourteen, { 'a/b': 'why', a: 'why' })).toEqual(['a']);
  });

  test('an import cycle, even one of types or through an index file', () => {
    const files = [
      { path: 'a/one.ts', text: "import { two } from './two';" },
      { path: 'a/two.ts', text: "import type { Three } from '../b';\nimport 'node:fs';" },
      { path: 'b/index.ts', text: "export const three = () => import('../a/one');" },
      { path: 'b/four.ts', text: "import '../a/one';" },
    ];
    expect(importCycles(files, true)).toEqual(['a/one.ts -> a/two.ts -> b/index.ts -> a/one.ts']);
    expect(importCycles(files, false)).toEqual([]);
    const withoutTypes = files.map(({ path, text }) => ({
      path,
      text: text.replace('import type', 'import'),
    }));
    expect(importCycles(withoutTypes, false)).toHaveLength(1);
    expect(
      importCycles(
        files.filter(({ path }) => path !== 'a/two.ts'),
        true,
      ),
    ).toEqual([]);
  });

  test('private words in identifiers and comments, not in strings', () => {
    const text = [
      'export const openFrontDoor = (): string => `the door`;',
      '// It is no',
      '// alarm; there is no other.',
      '/** Kept for ever. */',
      'export const plain = "the world"; // stands here',
    ].join('\n');
    expect(findPrivateWords({ path: 'a.ts', text })).toEqual([
      'a.ts:1 says "Front Door": write HTTP API, connection, clients',
      'a.ts:2 says "is no": write is not a',
      'a.ts:4 says "for ever": write indefinitely',
      'a.ts:5 says "stands": write is',
    ]);
  });

  test('a path, a link and a function that do not exist', () => {
    const tracked = ['lib/a.ts', 'docs/a.md', 'docs/b.md'];
    const page = {
      path: 'docs/a.md',
      text: '`lib/a.ts` `lib` `npx jest lib/b.ts` `lib/<name>.ts`\n[b](b.md#there) [c](c.md) [d](b.md#gone)',
    };
    expect(missingPaths(page, tracked)).toEqual(['docs/a.md names lib/b.ts, which does not exist']);
    expect(brokenLinks(page, tracked, [page, { path: 'docs/b.md', text: '# There' }])).toEqual([
      'docs/a.md links to c.md',
      'docs/a.md links to b.md#gone',
    ]);
    const walk = { path: 'docs/a.md', text: '| 1 | `lib/a.ts` | `here`, `gone` | why |' };
    expect(missingFunctions(walk, () => 'export const here = 1;')).toEqual([
      'docs/a.md names gone in lib/a.ts, which does not declare it',
    ]);
  });
});
