import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usableDirectory } from '../../../../local/dev/start-environment';
import { UserError } from '../../../../local/user-error';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gateway-data-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('the directory is created with those above it, and only its owner may read it', () => {
  const directory = join(root, 'a', 'b');
  expect(usableDirectory(directory)).toBe(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(usableDirectory(directory)).toBe(directory);
});

test('a file, and a directory below a file, are refused', () => {
  writeFileSync(join(root, 'file'), '');
  for (const path of ['file', join('file', 'below')]) {
    expect(() => usableDirectory(join(root, path))).toThrow(UserError);
  }
});

// Where there is no /proc, the directory cannot be created either.
test('a directory in a file system where none can be created is refused, and does not take forever', () => {
  expect(() => usableDirectory('/proc/no-such-directory/x')).toThrow(/^--data-dir .* cannot be used \(E[A-Z]+\)/);
});
