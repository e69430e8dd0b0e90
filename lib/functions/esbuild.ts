import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Esbuild from 'esbuild';

/** The directories that are searched for esbuild: first the CDK app, then this project. */
const places = (): readonly string[] => [process.cwd(), __dirname];

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';

/**
 * esbuild, which only an app with handlers given by `entry` needs.
 * @throws Error that says how to install it
 */
export const loadEsbuild = (): typeof Esbuild => {
  for (const place of places()) {
    try {
      return createRequire(join(place, 'package.json'))('esbuild') as typeof Esbuild;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new Error('A handler with an entry is bundled by esbuild, which is missing: npm install --save-dev esbuild');
};
