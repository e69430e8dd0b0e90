import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, type BuildOptions } from 'esbuild';
import { bundleOptions, handlerBundleOptions } from '../lib/functions/function-bundle';

export const projectRoot = join(__dirname, '..');

const programs = [
  'programs/empty',
  'programs/cold-start',
  'programs/fake-aws',
  'programs/function-server',
  'programs/consumer-host',
  'programs/lines-host',
  'programs/hostile-host',
  'peers/naive-ingress',
  'peers/minimal-ingress',
  'peers/express-server',
  'peers/powertools-consumer',
] as const;

/** Our bundles, as a deployment uploads them. */
const bundles = {
  ingress: bundleOptions('ingress'),
  consumer: bundleOptions('consumer'),
  publisher: bundleOptions('publisher'),
  reconciler: bundleOptions('reconciler'),
  canary: bundleOptions('canary'),
  fallback: bundleOptions('fallback'),
  'auto-reply': handlerBundleOptions('handler-AutoReply', 'handlers/examples/auto-reply.ts'),
  'record-start': handlerBundleOptions('handler-Bench', 'bench/handlers/record-start.ts'),
} as const;

/** Programs with a process of their own: our bundles, the peers, and their hosts. */
export type ProgramName = (typeof programs)[number] | keyof typeof bundles;

const isBundle = (name: ProgramName): name is keyof typeof bundles => name in bundles;

// Object.keys loses the type of the keys.
const allPrograms: readonly ProgramName[] = [...(Object.keys(bundles) as (keyof typeof bundles)[]), ...programs];

export interface Programs {
  file(name: ProgramName): string;
  bytes(name: ProgramName): number;
}

/** esbuild's defaults, minified: no `mainFields`, no alias. */
const defaults = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  write: false,
  absWorkingDir: projectRoot,
  outfile: 'index.js',
  // Express requires view engines by name; the warning does not matter without views.
  logLevel: 'error',
} as const satisfies BuildOptions;

/**
 * Builds programs into a directory.
 * @param names all of them by default
 * @throws esbuild's BuildFailure
 */
export const buildPrograms = (directory: string, names: readonly ProgramName[] = allPrograms): Programs => {
  const bytes = new Map<string, number>();
  const file = (name: ProgramName): string => join(directory, `${name.replace('/', '-')}.cjs`);
  const build = (name: ProgramName, options: BuildOptions): void => {
    const code = buildSync({ ...options, write: false }).outputFiles.find(({ path }) => path.endsWith('.js'));
    if (code === undefined) throw new Error(`esbuild built nothing for ${name}.`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(file(name), code.contents);
    bytes.set(name, code.contents.length);
  };
  for (const name of names) {
    build(name, isBundle(name) ? bundles[name] : { ...defaults, entryPoints: [`bench/${name}.ts`] });
  }
  return { file, bytes: (name) => bytes.get(name) ?? NaN };
};
