import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, type BuildOptions, type Metafile } from 'esbuild';
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

/**
 * Writes the command with the local gateway. It is in many files, so that Node loads only what the given command needs.
 * @throws Error if code starts a file that is not there
 */
export const writeCommand = (): readonly Metafile[] => {
  const { metafile } = buildSync({
    ...common,
    entryPoints: [{ in: 'package/installed.ts', out: 'main' }],
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    banner: { js: commonJsNames },
    alias: Object.fromEntries(absentPackages.map((name) => [name, './lambda/breaker/aws/absent-package.ts'])),
  });
  const started = buildSync({
    ...common,
    entryPoints: threads,
    entryNames: '[name]',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    alias: { level: './package/native-store.cjs' },
  });
  requireStartedFiles(metafile);
  return [metafile, started.metafile];
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
