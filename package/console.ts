import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { pageOptions, plainFiles } from '../console/server/page';
import { dist, projectRoot } from './paths';

const sources = join(projectRoot, 'console', 'page');
const directory = join(dist, 'console');

/** esbuild's options for the page of the console, which a user's machine need not build. */
export const consoleOptions = {
  ...pageOptions(sources),
  absWorkingDir: projectRoot,
  outdir: directory,
  write: true,
} as const;

/** Writes the page next to the command, which serves it. */
export const writeConsole = (): Metafile => {
  mkdirSync(directory, { recursive: true });
  for (const file of plainFiles) copyFileSync(join(sources, file), join(directory, file));
  return buildSync(consoleOptions).metafile;
};
