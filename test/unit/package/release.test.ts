import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pendingBump } from '../../../package/release/changesets';
import { recordProblems } from '../../../package/release/recorded-ids';
import { statefulProblems } from '../../../package/release/stateful-ids';

const root = join(__dirname, '..', '..', '..');
const ids = { prod: { 'AWS::DynamoDB::Table': ['Table1'], 'AWS::SQS::Queue': ['Queue1', 'Queue2'] } };
const replaced = { prod: { ...ids.prod, 'AWS::DynamoDB::Table': ['Table2'] } };
const changeset = (bump: string): string =>
  `---\n'twilio-webhook-gateway': ${bump}\n---\n\nIt is faster\nand smaller.\n`;

let repository = '';
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'gateway-release-'));
});
afterEach(() => {
  rmSync(repository, { recursive: true, force: true });
});

const write = (path: string, content: unknown): void => {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const git = (...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd: repository,
    stdio: 'ignore',
  });

describe('a stateful resource', () => {
  test('needs a major version if a later version does not have it', () => {
    const problem = 'prod: AWS::DynamoDB::Table Table1 is gone: this needs a changeset with `major`';
    expect(statefulProblems(ids, replaced, undefined)).toEqual([problem]);
    expect(statefulProblems(ids, replaced, 'minor')).toEqual([problem]);
    expect(statefulProblems(ids, replaced, 'major')).toEqual([]);
    expect(statefulProblems(ids, {}, 'patch')).toHaveLength(3);
  });

  test('needs none if it is new', () => {
    const more = { ...ids, other: ids.prod };
    expect(statefulProblems(ids, more, undefined)).toEqual([]);
  });
});

describe('the record of a release', () => {
  const record = 'test/fixtures/releases/1.2.3/stateful-ids.json';
  beforeEach(() => {
    write(record, ids);
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'release');
  });

  test('loses nothing without a major changeset', () => {
    expect(recordProblems(repository, 'HEAD')).toEqual([]);
    write(record, replaced);
    write('.changeset/faster.md', changeset('minor'));
    expect(recordProblems(repository, 'HEAD')).toEqual([
      `${record}: prod: AWS::DynamoDB::Table Table1 is gone: this needs a changeset with \`major\``,
    ]);
    write('.changeset/replaced.md', changeset('major'));
    expect(recordProblems(repository, 'HEAD')).toEqual([]);
  });

  test('is not deleted without one, and a new one may be added', () => {
    write('test/fixtures/releases/1.3.0/stateful-ids.json', replaced);
    expect(recordProblems(repository, 'HEAD')).toEqual([]);
    rmSync(join(repository, record));
    expect(recordProblems(repository, 'HEAD')).toHaveLength(3);
  });
});

describe('a changeset', () => {
  test('says how large the next version is, and the largest one counts', () => {
    expect(pendingBump(repository)).toBeUndefined();
    write('.changeset/a.md', changeset('patch'));
    expect(pendingBump(repository)).toBe('patch');
    write('.changeset/b.md', changeset('major'));
    write('.changeset/c.md', changeset('minor'));
    expect(pendingBump(repository)).toBe('major');
    rmSync(join(repository, '.changeset', 'b.md'));
    expect(pendingBump(repository)).toBe('minor');
  });

  test('of this repository fits into the lines of the changelog', () => {
    const directory = join(root, '.changeset');
    const lines = readdirSync(directory)
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n'));
    // The changelog indents them.
    expect(lines.filter((line) => line.length > 118)).toEqual([]);
  });

  test('becomes a version, and an item of the changelog under its title', () => {
    for (const file of ['config.json', 'changelog.cjs']) {
      mkdirSync(join(repository, '.changeset'), { recursive: true });
      cpSync(join(root, '.changeset', file), join(repository, '.changeset', file));
    }
    write('.changeset/faster.md', changeset('minor'));
    write('package.json', { name: 'twilio-webhook-gateway', version: '1.2.3', private: true });
    write('package-lock.json', {});
    write('CHANGELOG.md', '# Changelog\n\n## 1.2.3\n\n- Before.\n');
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'faster');
    const program = join(root, 'node_modules', '@changesets', 'cli', 'bin.js');
    execFileSync(process.execPath, [program, 'version'], { cwd: repository, stdio: 'ignore', timeout: 20_000 });
    expect(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))).toMatchObject({ version: '1.3.0' });
    expect(readFileSync(join(repository, 'CHANGELOG.md'), 'utf8').replaceAll(/\n+/g, '\n')).toBe(
      '# Changelog\n## 1.3.0\n### Minor Changes\n- It is faster\n  and smaller.\n## 1.2.3\n- Before.\n',
    );
  });
});
