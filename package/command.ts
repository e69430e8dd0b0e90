import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { dist, projectRoot } from './paths';

const directory = join(dist, 'cli');

const common = {
  absWorkingDir: projectRoot,
  outdir: directory,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'error',
  metafile: true,
  // Optional peers of the package.
  external: ['esbuild', 'classic-level'],
} as const satisfies BuildOptions;

/** CommonJS code inside an ES module needs these three, and Node does not define them there. */
const commonJsNames =
  "import{createRequire as __createRequire}from'node:module';" +
  'const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;';

/** Used only by the HTTP client of the `twilio` package, which the CLI replaces with its own. */
const absentPackages = ['axios', 'https-proxy-agent', 'jsonwebtoken', 'qs'];

/** Each is started as a thread, by its path next to the code that starts it. */
const threads = ['local/functions/runtime.cjs', 'local/dynamodb/dynalite-thread.cjs'];

/** dynalite requires a file for each operation by a name that it computes. esbuild finds them by their extension. */
const computedNames: Plugin = {
  name: 'dynalite',
  setup: (build) => {
    build.onLoad({ filter: /node_modules.dynalite.index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replaceAll(/(require\('\.\/\w+\/' \+ action)\)/g, "$1 + '.js')");
      if (contents === text) throw new Error('dynalite does not require its operations as it did: see this plugin.');
      return { contents };
    });
  },
};

const main = {
  ...common,
  entryPoints: [{ in: 'package/installed.ts', out: 'main' }],
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  banner: { js: commonJsNames },
  alias: Object.fromEntries(absentPackages.map((name) => [name, './lambda/breaker/aws/absent-package.ts'])),
} as const satisfies BuildOptions;

const started = {
  ...common,
  entryPoints: threads,
  entryNames: '[name]',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  alias: { level: './package/native-store.cjs' },
  plugins: [computedNames],
} satisfies BuildOptions;

/** esbuild's options for the command and the local gateway. */
export const commandOptions = [main, started] as const;

/**
 * Writes the command with the local gateway. It is in many files, so that Node loads only what the given command needs.
 * @throws Error if code starts a file that is not there
 */
export const writeCommand = async (): Promise<readonly Metafile[]> => {
  const metafiles = await Promise.all(commandOptions.map(async (options) => (await build(options)).metafile));
  for (const metafile of metafiles) requireStartedFiles(metafile);
  return metafiles;
};

const requireStartedFiles = ({ inputs }: Metafile): void => {
  const sources = Object.keys(inputs).filter((file) => !file.includes('node_modules/'));
  for (const source of sources) {
    const text = readFileSync(join(projectRoot, source), 'utf8');
    for (const [, name = ''] of text.matchAll(/join\(__dirname, '([^']+)'/g)) {
      if (!existsSync(join(directory, name))) throw new Error(`${source} starts ${name}, which is not in dist/cli.`);
    }
  }
};
