import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { functionNames } from '../lambda/shared/contract/function-names';
import { bundleOptions } from '../lib/functions/function-bundle';
import { commandOptions } from '../package/command';
import { consoleOptions } from '../package/console';
import { handlerLibraryOptions } from '../package/handler-library';
import { packageDirectories } from '../package/package-directories';

/** A package with code in the published files. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /**
   * Names of functions, `handlers` for the library that handlers import, `command` for the CLI and local gateway,
   * `console` for the page.
   */
  readonly bundles: readonly string[];
}

const projectRoot = join(__dirname, '..');

/** Everything that the published package bundles, by name. */
const publishedBundles = (): readonly (readonly [string, readonly BuildOptions[]])[] => [
  ...functionNames.map((name) => [name, [bundleOptions(name)]] as const),
  ['handlers', handlerLibraryOptions()],
  ['command', commandOptions],
  ['console', [consoleOptions]],
];

const metafileOf = async (options: BuildOptions): Promise<Metafile> =>
  (await build({ ...options, write: false, metafile: true })).metafile;

/** Every package with code in a bundle, as esbuild reports it: `package.json` does not say what is bundled. */
export const shippedPackages = async (): Promise<readonly ShippedPackage[]> => {
  const bundlesOf = new Map<string, Set<string>>();
  for (const [name, builds] of publishedBundles()) {
    for (const directory of packageDirectories(await Promise.all(builds.map(metafileOf)))) {
      bundlesOf.set(directory, (bundlesOf.get(directory) ?? new Set()).add(name));
    }
  }
  return mergeCopies([...bundlesOf].map(([directory, bundles]) => ({ ...manifest(directory), bundles: [...bundles] })));
};

/** npm may install a version of a package more than once. */
const mergeCopies = (packages: readonly ShippedPackage[]): readonly ShippedPackage[] => {
  const merged = new Map<string, ShippedPackage>();
  for (const found of packages) {
    const key = `${found.name}@${found.version}`;
    const bundles = [...new Set([...(merged.get(key)?.bundles ?? []), ...found.bundles])];
    merged.set(key, { ...found, bundles });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
};

const manifest = (directory: string): Omit<ShippedPackage, 'bundles'> => {
  // The fields that npm defines. Old packages have an object as their licence.
  const { name, version, license } = JSON.parse(readFileSync(join(projectRoot, directory, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string | { readonly type: string };
  };
  return { name, version, license: (typeof license === 'object' ? license.type : license) ?? 'none' };
};

/** Whether code of a package runs in a function on AWS: the gateway's own or a handler. */
export const runsInFunction = ({ bundles }: ShippedPackage): boolean =>
  bundles.some((name) => !['command', 'console'].includes(name));
