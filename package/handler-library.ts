import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { handlerBundleOptions } from '../lib/functions/function-bundle';
import { handlerModules } from './manifest';
import { dist } from './paths';

/**
 * Writes the modules that handlers import, with the parts of the SDK that they need. As CommonJS for tests and CDK apps
 * in CommonJS, and as ES modules, of which a bundler takes only what a handler uses.
 */
export const writeHandlerLibrary = (): readonly Metafile[] => {
  const metafiles = handlerModules.flatMap((name) => [bundle(name, 'cjs'), bundle(name, 'esm')]);
  for (const name of handlerModules) {
    writeFileSync(join(dist, 'handlers', `${name}.d.mts`), `export * from '../lambda/handlers/${name}.js';\n`);
  }
  return metafiles;
};

const bundle = (name: (typeof handlerModules)[number], format: 'cjs' | 'esm'): Metafile =>
  buildSync({
    ...handlerBundleOptions('handler-Library', `lambda/handlers/${name}.ts`),
    outfile: join(dist, 'handlers', `${name}.${format === 'cjs' ? 'js' : 'mjs'}`),
    format,
    write: true,
    sourcemap: false,
  }).metafile;
