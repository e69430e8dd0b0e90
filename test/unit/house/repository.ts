import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

/** A file of the repository, by its path from the root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Paths of all tracked files that exist. */
export const trackedPaths = (): readonly string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((path) => path !== '');

export const readFiles = (paths: readonly string[]): readonly SourceFile[] =>
  paths.flatMap((path) => {
    try {
      return [{ path, text: readFileSync(join(root, path), 'utf8') }];
    } catch (error) {
      // Deleted in the work tree, and not yet in the index.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  });

export const isCode = (path: string): boolean => /\.(?:ts|cjs|mjs)$/.test(path) && !path.includes('/fixtures/');
/** Not the reports of `npm run api`, which are declarations of TypeScript. */
export const isPage = (path: string): boolean => /(?<!\.api)\.md$/.test(path) && !path.includes('/fixtures/');
