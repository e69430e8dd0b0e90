import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recipeFile, type BundleRecipe } from '../../lambda/shared/contract/bundle-recipe';
import type { FunctionAsset, FunctionCode } from '../resources/function-code';
import type { Bundle, Bundler, Files } from './bundler';

/** The code of an app's functions. */
export interface AppCode {
  /** By the logical ids of the functions. */
  readonly code: ReadonlyMap<string, FunctionCode>;
  /** The bundles that were built here. */
  readonly bundles: readonly Bundle[];
}

/** Builds the bundles that have a recipe. Any other asset is used as it is. */
export const buildAppCode = async (assets: ReadonlyMap<string, FunctionAsset>, bundler: Bundler): Promise<AppCode> => {
  const bundles = new Map<string, Bundle>();
  const codeOf = async (logicalId: string, asset: FunctionAsset): Promise<FunctionCode> => {
    if ('text' in asset) return bundler.write(logicalId, { 'index.js': Buffer.from(asset.text) });
    if (!existsSync(join(asset.directory, recipeFile))) return asset;
    // The construct wrote it.
    const recipe = JSON.parse(readFileSync(join(asset.directory, recipeFile), 'utf8')) as BundleRecipe;
    const bundle = await bundler.build(recipe, filesNextTo(asset.directory));
    bundles.set(logicalId, bundle);
    return bundle;
  };
  const code = await Promise.all(
    [...assets].map(async ([logicalId, asset]) => [logicalId, await codeOf(logicalId, asset)] as const),
  );
  return { code: new Map(code), bundles: [...bundles.values()] };
};

/** Configuration of the function, which is put next to its bundle. */
const filesNextTo = (directory: string): Files =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((name) => name !== recipeFile)
      .map((name) => [name, readFileSync(join(directory, name))]),
  );
