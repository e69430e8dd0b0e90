import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Esbuild from 'esbuild';
import { UserError } from '../user-error';

/**
 * The esbuild of the app, or else the one of this package.
 * @throws UserError if neither has one
 */
export const loadEsbuild = (appDirectory: string): typeof Esbuild => {
  for (const from of [join(appDirectory, 'package.json'), __filename]) {
    const found = requireFrom(from);
    if (found !== undefined) return found;
  }
  throw new UserError(
    'The handlers are built by esbuild, which this app does not have: npm install --save-dev esbuild',
  );
};

const requireFrom = (file: string): typeof Esbuild | undefined => {
  try {
    return createRequire(file)('esbuild') as typeof Esbuild;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};
