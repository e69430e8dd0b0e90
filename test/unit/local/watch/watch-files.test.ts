import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileWatcher } from '../../../../local/watch/watch-files';

let root = '';
let changes = 0;
const watcher = createFileWatcher(
  () => (changes += 1),
  (folder) => folder.endsWith('node_modules'),
);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gateway-watch-'));
  mkdirSync(join(root, 'handlers', 'own'), { recursive: true });
  mkdirSync(join(root, 'handlers', 'node_modules'));
  writeFileSync(join(root, 'handlers', 'own', 'reply.ts'), '1');
  watcher.watch([join(root, 'handlers'), join(root, 'absent')]);
});
afterEach(() => {
  watcher.close();
  rmSync(root, { recursive: true });
});

/** The number of changes that an action is reported as. */
const reported = async (act: () => void): Promise<number> => {
  await sleep(50);
  changes = 0;
  act();
  await sleep(100);
  return changes;
};

const save = (name: string): void => {
  const file = join(root, 'handlers', ...name.split('/'));
  writeFileSync(`${file}~`, String(Math.random()));
  renameSync(`${file}~`, file);
};

test('a file is still watched after an editor has replaced it several times', async () => {
  for (let time = 0; time < 4; time += 1) {
    expect(await reported(() => save('own/reply.ts'))).toBeGreaterThan(0);
  }
});

test('a file in a new folder is watched', async () => {
  expect(await reported(() => mkdirSync(join(root, 'handlers', 'new')))).toBeGreaterThan(0);
  expect(await reported(() => save('new/other.ts'))).toBeGreaterThan(0);
});

test('packages and folders that nobody asked for are not watched', async () => {
  expect(await reported(() => save('node_modules/package.ts'))).toBe(0);
  expect(await reported(() => writeFileSync(join(root, 'data'), '1'))).toBe(0);
});

test('after close nothing is reported', async () => {
  watcher.close();
  expect(await reported(() => save('own/reply.ts'))).toBe(0);
});
