import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entriesOf } from '../../../package/api/entries';
import { apiReport } from '../../../package/api/report';
import { publishedManifest } from '../../../package/manifest';
import { files } from '../../../tsconfig.build.json';
import { entryPoints } from '../../../typedoc.json';
import { oldest } from '../../package/workspace/apps';

describe('the entries of the package', () => {
  test('are all that a user can import, each with its declarations', () => {
    const entries = entriesOf(publishedManifest());
    expect(entries.map(({ name }) => name)).toEqual([
      'index',
      'handlers',
      'handlers-reply-with',
      'handlers-testing',
      'config',
    ]);
    expect(entries.map(({ types }) => types).every((types) => types.endsWith('.d.ts'))).toBe(true);
  });

  test('come with no dependency, and with the peers that the tests install in their oldest versions', () => {
    expect(publishedManifest()).not.toHaveProperty('dependencies');
    expect(publishedManifest().peerDependencies).toMatchObject({
      'aws-cdk-lib': `^${oldest.version}`,
      constructs: `^${oldest.constructs}`,
    });
  });

  test('are files also after an installation by Yarn, which would leave them in an archive', () => {
    expect(publishedManifest()).toMatchObject({ preferUnplugged: true });
  });

  test('are those that the reference describes', () => {
    expect(entryPoints).toEqual(files);
  });
});

describe('the report of an entry', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-api-test-'));
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'example', version: '1.0.0' }));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const reportOf = (declarations: string): string => {
    writeFileSync(join(directory, 'index.d.ts'), declarations);
    return apiReport(directory, { name: 'index', types: './index.d.ts' });
  };
  const declarations =
    'interface Options { readonly size?: number }\nexport declare const make: (options: Options) => void;';

  test('changes with a signature, and with a type that only a signature names', () => {
    const report = reportOf(declarations);
    expect(report).toContain('export const make: (options: Options) => void;');
    expect(reportOf(declarations.replace('=> void', '=> string'))).not.toBe(report);
    expect(reportOf(declarations.replace('size?', 'size'))).not.toBe(report);
    expect(reportOf(declarations)).toBe(report);
  });

  test('is not written for declarations that are not there', () => {
    expect(() => apiReport(directory, { name: 'index', types: './absent.d.ts' })).toThrow(/absent\.d\.ts/);
  });
});
