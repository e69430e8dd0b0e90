import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { functionNames, type FunctionName } from '../lambda/shared/contract/function-names';
import { bundleOptions } from '../lib/functions/function-bundle';

/** A package with code in a function's bundle. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly functions: readonly FunctionName[];
}

const projectRoot = join(__dirname, '..');
/** The directory of the innermost package that contains a bundled file. */
const packageDirectory = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Every package with code in a bundle, as esbuild reports it: `package.json` does not say what is bundled. */
export const shippedPackages = (): readonly ShippedPackage[] => {
  const functionsOf = new Map<string, Set<FunctionName>>();
  for (const functionName of functionNames) {
    const outputs = Object.values(buildSync(bundleOptions(functionName)).metafile.outputs);
    for (const input of outputs.flatMap(({ inputs }) => Object.keys(inputs))) {
      const directory = packageDirectory.exec(input)?.[0];
      if (directory === undefined) continue;
      functionsOf.set(directory, (functionsOf.get(directory) ?? new Set()).add(functionName));
    }
  }
  return [...functionsOf]
    .map(([directory, functions]) => ({ ...manifest(directory), functions: [...functions] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

const manifest = (directory: string): Omit<ShippedPackage, 'functions'> => {
  const read: unknown = JSON.parse(readFileSync(join(projectRoot, directory, 'package.json'), 'utf8'));
  const { name, version, license } = read as Record<string, unknown>;
  return { name: String(name), version: String(version), license: String(license) };
};
