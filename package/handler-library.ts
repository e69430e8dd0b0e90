import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { handlerBundleOptions } from '../lib/functions/function-bundle';
import { dist } from './paths';

/** What users import, by its file in `dist/handlers/`, and its source. */
export const handlerModules = {
  index: 'lambda/handlers/handlers',
  'reply-with': 'lambda/handlers/reply-with',
  testing: 'lambda/handlers/testing',
} as const;

/**
 * Writes the modules that handlers import, with the parts of the SDK that they need. As CommonJS for tests and CDK apps
 * in CommonJS, and as ES modules, of which a bundler takes only what a handler uses.
 */
export const writeHandlerLibrary = (): readonly Metafile[] =>
  Object.entries(handlerModules).flatMap(([name, source]) => [
    bundle(source, `${name}.js`, 'cjs'),
    bundle(source, `${name}.mjs`, 'esm'),
  ]);

const bundle = (source: string, file: string, format: 'cjs' | 'esm'): Metafile =>
  buildSync({
    ...handlerBundleOptions('handler-Library', `${source}.ts`),
    outfile: join(dist, 'handlers', file),
    format,
    write: true,
    sourcemap: false,
  }).metafile;
