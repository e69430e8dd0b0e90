import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { recipeFile, type BundleRecipe } from '../../lambda/shared/contract/bundle-recipe';
import type { FunctionName, HandlerServiceName } from '../../lambda/shared/contract/function-names';
import { isDevelopment } from './development';
import { loadEsbuild } from './esbuild';
import { bundleOptions, handlerBundleOptions, prebuiltBundle } from './function-bundle';

/** The value of Lambda's `Handler`. */
export const bundleHandler = 'index.handler';

/** Files in the directory of the bundle, by name: configuration that is too large for the 4 KB of an environment. */
export type BundledFiles = Readonly<Record<string, string>>;

/** The code of a function: its bundle in the package, or, in a clone, built from its sources. */
export const functionCode = (scope: Construct, functionName: FunctionName, files: BundledFiles = {}): Code => {
  const prebuilt = prebuiltBundle(functionName);
  if (prebuilt === undefined) return bundledCode(scope, functionName, bundleOptions(functionName), files);
  const directory = assetDirectory(scope, `bundle-${functionName}`, files);
  cpSync(prebuilt, directory, { recursive: true });
  return assetOf(directory, files);
};

/** The code of a handler of yours. */
export const handlerCode = (scope: Construct, name: HandlerServiceName, entry: string): Code =>
  bundledCode(scope, name, handlerBundleOptions(name, entry), {}, entry);

/**
 * Bundled by esbuild in this process, so that a build failure makes synthesis fail. Neither `NodejsFunction`, which
 * starts a package runner or Docker for each function, nor the CDK's own bundling, which prints. For the local gateway
 * nothing is built: it gets the recipe.
 */
const bundledCode = (
  scope: Construct,
  name: string,
  options: ReturnType<typeof handlerBundleOptions>,
  files: BundledFiles,
  entry?: string,
): Code => {
  const isBuilt = Stack.of(scope).bundlingRequired;
  const directory = assetDirectory(scope, isBuilt ? `bundle-${name}` : `not-built-${name}`, entry ?? files);
  if (!isBuilt) {
    // `cdk deploy` of one stack does not need the bundles of the others, but an asset needs a file.
    writeFileSync(join(directory, 'not-built.txt'), `${name} is not built, because its stack is not deployed.\n`);
  } else if (isDevelopment(scope)) {
    const recipe: BundleRecipe = { name, options };
    writeFileSync(join(directory, recipeFile), JSON.stringify(recipe));
  } else {
    if (entry !== undefined) requireEntry(scope, entry, options.absWorkingDir);
    const { outputFiles } = loadEsbuild().buildSync(options);
    for (const { path, contents } of outputFiles) writeFileSync(join(directory, basename(path)), contents);
  }
  return assetOf(directory, files);
};

/** @throws Error that says where the file was looked for: the app may run in another directory than its author had */
const requireEntry = (scope: Construct, entry: string, directory: string): void => {
  if (existsSync(resolve(directory, entry))) return;
  throw new Error(
    `${scope.node.path}: there is no file ${entry} in ${directory}, where the app runs. ` +
      'Give its path from there, or an absolute path.',
  );
};

/**
 * A directory in the cloud assembly, so that concurrent runs do not overwrite each other's bundles. The CDK hashes a
 * directory only once, so bundles with other content are in other directories.
 * @param content files of the stage, or the entry file, which may be another one in each stage
 */
const assetDirectory = (scope: Construct, name: string, content: BundledFiles | string): string => {
  const app = Stage.of(scope);
  if (app === undefined) throw new Error(`${scope.node.path} is not in an app: create the stack inside an App.`);
  const text = JSON.stringify(content);
  const suffix = text === '{}' ? '' : `-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  const directory = join(app.outdir, `${name}${suffix}`);
  // An earlier synthesis may have left other files.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return directory;
};

const assetOf = (directory: string, files: BundledFiles): Code => {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  return Code.fromAsset(directory);
};
