import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const projectRoot = join(__dirname, '..', '..');

/** The environment variable with the directory of the built programs. */
const programsVariable = 'GATEWAY_TEST_PROGRAMS';
/** In the project, so that packages are found. */
const programsDirectory = join(projectRoot, '.cache', 'test-programs');

/** Files look for others next to themselves, so each keeps the directory of its source. */
const ownDirectory: Plugin = {
  name: 'own directory',
  setup: (building) => {
    building.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: `const __dirname = ${JSON.stringify(dirname(path))};\n${(await readFile(path, 'utf8')).replace(/^#!.*/, '')}`,
    }));
  },
};

/**
 * Builds the command and `npm start` once for all suites: each of their two hundred starts then takes half of the time
 * that it takes with the sources.
 */
export const buildPrograms = async (): Promise<void> => {
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['bin/gateway.ts', 'local/main.ts'],
    outdir: programsDirectory,
    outbase: '.',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [ownDirectory],
  });
  process.env[programsVariable] = programsDirectory;
};

/** Node's arguments for a program of the project, such as `bin/gateway.ts`. */
export const builtProgram = (program: string): readonly string[] => {
  const directory = process.env[programsVariable];
  if (directory === undefined) throw new Error(`${programsVariable} is not set: run the tests with jest`);
  return [join(directory, program.replace(/\.ts$/, '.js'))];
};

/** Node's arguments for `npx gateway`: its built program, or its sources where a run of unit tests has built none. */
export const gatewayProgram = (): readonly string[] =>
  process.env[programsVariable] === undefined
    ? ['--import', pathToFileURL(require.resolve('tsx')).href, join(projectRoot, 'bin/gateway.ts')]
    : builtProgram('bin/gateway.ts');
