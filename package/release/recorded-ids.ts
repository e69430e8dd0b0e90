import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pendingBump } from './changesets';
import { statefulProblems, type StatefulIds } from './stateful-ids';

/** One folder for each release, written by `record.ts` there. */
const releases = 'test/fixtures/releases';

const git = (root: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

const recordedPaths = (root: string, commit: string): readonly string[] =>
  git(root, 'ls-tree', '-r', '--name-only', commit, '--', releases)
    .split('\n')
    .filter((path) => path.endsWith('/stateful-ids.json'));

/**
 * What was taken out of the record of a release since a commit. The template is compared with the record, so a record
 * that is changed with the template would hide a replaced table.
 * @param root directory of the repository
 */
export const recordProblems = (root: string, commit: string): readonly string[] => {
  const bump = pendingBump(root);
  return recordedPaths(root, commit).flatMap((path) => {
    const file = join(root, path);
    const before = JSON.parse(git(root, 'show', `${commit}:${path}`)) as StatefulIds;
    const after = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StatefulIds) : {};
    return statefulProblems(before, after, bump).map((problem) => `${path}: ${problem}`);
  });
};
