import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { functionNames } from '../lambda/shared/contract/function-names';
import { bundleOptions } from '../lib/functions/function-bundle';
import { dist } from './paths';

/**
 * Writes the bundles of the gateway's own functions, so that a user of the construct needs no esbuild. They have the
 * same bytes as a bundle that the CDK app of the clone builds.
 */
export const writeFunctionBundles = (): readonly Metafile[] =>
  functionNames.map((name) => {
    const { outputFiles, metafile } = buildSync(bundleOptions(name));
    const directory = join(dist, 'bundles', name);
    mkdirSync(directory, { recursive: true });
    for (const { path, contents } of outputFiles) writeFileSync(join(directory, basename(path)), contents);
    return metafile;
  });
