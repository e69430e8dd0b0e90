import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The files of the page by their paths. Nothing else is served. */
export type Page = ReadonlyMap<string, Asset>;

const types: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** Files that are served as they are. */
export const plainFiles = ['index.html', 'icon.svg'] as const;

/** The page's sources, in a clone. */
const sources = join(__dirname, '..', 'page');
/** Next to the command, in the package. */
const built = join(__dirname, '..', 'console');

/** esbuild's options for `page.js` and `page.css`. */
export const pageOptions = (directory: string) =>
  ({
    entryPoints: [{ in: join(directory, 'src', 'main.tsx'), out: 'page' }],
    outdir: 'console',
    write: false,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  }) as const satisfies BuildOptions;

/** The bundled page: from the package, or else built from its sources. */
export const loadPage = async (): Promise<Page> =>
  existsSync(join(built, 'index.html')) ? pageOf(await builtFiles()) : pageOf(await bundledFiles());

type Files = readonly (readonly [name: string, bytes: Buffer])[];

const builtFiles = (): Promise<Files> =>
  Promise.all(Object.keys(types).map(async (name) => [name, await readFile(join(built, name))] as const));

const bundledFiles = async (): Promise<Files> => {
  const { build } = await import('esbuild');
  const { outputFiles } = await build(pageOptions(sources));
  const plain = plainFiles.map(async (name) => [name, await readFile(join(sources, name))] as const);
  return [
    ...(await Promise.all(plain)),
    ...outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)] as const),
  ];
};

const pageOf = (files: Files): Page =>
  new Map(
    files.map(([name, bytes]) => [
      name === 'index.html' ? '/' : `/${name}`,
      { type: types[name] ?? 'application/octet-stream', bytes },
    ]),
  );
