import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { stageNames } from '../../lib/stages';
import { synthesizeStage } from '../../lib/synthesize';
import { everyOption } from '../helpers/every-option';
import { known } from './known';
import { findSecrets, personPatterns, secretPatterns, type SecretFinding } from './patterns';

const root = join(__dirname, '..', '..');
const all = [...secretPatterns, ...personPatterns];

/** What is found in a text of the repository or of an assembly, without what is known to be there on purpose. */
const unexpected = (path: string, findings: readonly SecretFinding[]): string[] =>
  findings
    .filter(({ found }) => !known.some(({ text }) => text === found))
    // Not the finding itself: the output of a test is read by many.
    .map(({ name, line }) => `${path}:${line} looks like ${name}`);

const isText = (content: Buffer): boolean => !content.subarray(0, 8_000).includes(0);

describe('the scanner', () => {
  // In pieces, so that the scanner does not find them here.
  test.each([
    ['an Auth Token, or 32 hexadecimal digits like one', ['"', '9f86d081884c7d65', '9a2feaa0c55ad015', '"']],
    ['a SID of Twilio', ['AC', '9f86d081884c7d65', '9a2feaa0c55ad015']],
    ['an access key of AWS', ['id=AKIA', 'Q3EGRZ7XKPLMTUVW']],
    ['a private key', ['-----BEGIN RSA ', 'PRIVATE KEY-----']],
    ['a token of GitHub', ['ghp_', 'a1B2c3D4e5F6', 'a1B2c3D4e5F6', 'a1B2c3D4e5F6']],
    ['a token of npm', ['npm_', 'a1B2c3D4e5F6', 'a1B2c3D4e5F6', 'a1B2c3D4e5F6']],
    ['a token of Slack', ['xoxb-', '123456789012-abcdef']],
    ['a JSON Web Token', ['eyJ', 'hbGciOiJIUzI1NiJ9.', 'eyJ', 'zdWIiOiIxMjM0In0.c2lnbmF0dXJlLW9m']],
    ['an e-mail address', ['jane.doe@', 'somewhere.io']],
    ['a telephone number', ['+4930', '90182099']],
    ["a path of somebody's machine", ['/home/', 'jane/project']],
  ])('finds %s', (name, pieces) => {
    expect(findSecrets(`first line\n ${pieces.join('')} `, all)).toMatchObject([{ name, line: 2 }]);
  });

  test.each([
    `AC${'a1'.repeat(16)} AC${'0'.repeat(31)}1 ${'0123456789abcdef'.repeat(2)}`,
    'you@example.com https://user:password@hooks.example/messages a@sub.example.com',
    '+15550100001 +15550100199',
    'AKIAIOSFODNN7EXAMPLE',
  ])('ignores made-up values: %s', (text) => {
    expect(findSecrets(text, all)).toEqual([]);
  });
});

describe('the repository', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '');
  const contents = files.flatMap((path) => {
    const content = readFileSync(join(root, path));
    return isText(content) ? [{ path, text: content.toString('utf8') }] : [];
  });

  test('contains no secret and no personal data', () => {
    expect(contents.length).toBeGreaterThan(300);
    expect(contents.flatMap(({ path, text }) => unexpected(path, findSecrets(text, all)))).toEqual([]);
  });

  test('contains every text of the list of known ones', () => {
    const elsewhere = contents.filter(({ path }) => path !== 'test/secrets/known.ts');
    const unused = known.filter(({ text }) => !elsewhere.some((file) => file.text.includes(text)));
    expect(unused).toEqual([]);
  });

  test('has a lock file without download addresses', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});

describe('the files that a deployment uploads', () => {
  test.each([...stageNames.map((name) => [name, name] as const), ['every option', everyOption()] as const])(
    'contains no secret and no personal data: stage %s',
    (_name, stage) => {
      const outdir = mkdtempSync(join(tmpdir(), 'gateway-secrets-'));
      try {
        synthesizeStage(typeof stage === 'string' ? stage : resolveStage('full', stage), outdir);
        const uploaded = readdirSync(outdir, { recursive: true, withFileTypes: true }).filter((entry) =>
          entry.isFile(),
        );
        expect(uploaded.length).toBeGreaterThan(4);
        const findings = uploaded.flatMap((entry) => {
          const path = join(entry.parentPath, entry.name);
          // The digests of the assets are 64 hexadecimal digits; their placeholders are in the manifest only.
          return unexpected(entry.name, findSecrets(readFileSync(path, 'utf8'), all));
        });
        expect(findings).toEqual([]);
      } finally {
        rmSync(outdir, { recursive: true });
      }
    },
    60_000,
  );
});
