/** `npm run build`: writes the npm package into `dist/`. docs/contributing/package.md describes its parts. */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCommand } from './command';
import { compile } from './compile';
import { writeConsole } from './console';
import { writeEntries } from './entries';
import { writeFunctionBundles } from './function-bundles';
import { writeHandlerLibrary } from './handler-library';
import { publishedManifest } from './manifest';
import { bundledPackages, noticesOf } from './notices';
import { dist, projectRoot } from './paths';

const build = async (): Promise<void> => {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  compile();
  writeEntries();
  const metafiles = [...writeFunctionBundles(), ...writeHandlerLibrary(), ...(await writeCommand()), writeConsole()];
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES'), noticesOf(bundledPackages(metafiles)));
  for (const page of ['README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(join(projectRoot, page), join(dist, page));
  copyPages();
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
};

/** The pages that alarms, errors and README name. */
const copyPages = (): void => {
  mkdirSync(join(dist, 'docs'));
  const pages = readdirSync(join(projectRoot, 'docs')).filter((name) => name.endsWith('.md'));
  for (const page of pages) copyFileSync(join(projectRoot, 'docs', page), join(dist, 'docs', page));
};

void build();
