import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { handlerBundleOptions } from '../lib/functions/function-bundle';
import { dist } from './paths';

/** Modules that users import: the name of the file in `dist/handlers/`, and the source. */
export const handlerModules = {
  index: 'lambda/handlers/handlers',
  'reply-with': 'lambda/handlers/reply-with',
  testing: 'lambda/handlers/testing',
} as const;

/**
 * Writes the modules that handlers import, with the parts of the SDK that they need: as CommonJS for tests and CDK apps
 * in CommonJS, and as ES modules, because a bundler can then leave out code that a handler does not use.
 */
export const writeHandlerLibrary = (): readonly Metafile[] =>
  handlerLibraryOptions().map((options) => buildSync({ ...options, write: true }).metafile);

/** What esbuild makes of the modules, in both formats. */
export const handlerLibraryOptions = () =>
  Object.entries(handlerModules).flatMap(([name, source]) => [
    optionsOf(source, `${name}.js`, 'cjs'),
    optionsOf(source, `${name}.mjs`, 'esm'),
  ]);

const optionsOf = (source: string, file: string, format: 'cjs' | 'esm') => ({
  ...handlerBundleOptions('handler-Library', `${source}.ts`),
  outfile: join(dist, 'handlers', file),
  format,
  sourcemap: false as const,
});
