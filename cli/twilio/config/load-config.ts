import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '../../json-fields';
import { CliError } from '../../terminal/cli-error';
import { errorCode } from '../../terminal/error-code';
import { hasStagesFile } from '../../terminal/program-name';

const fileNames = ['twilio.config.ts', 'twilio.config.mjs', 'twilio.config.js'];

/** `twilioConfig` of a module, also if the loader wraps CommonJS into `default`. */
const exportedConfig = (module: unknown): unknown => {
  if (!isObject(module)) return null;
  if ('twilioConfig' in module) return module['twilioConfig'];
  const wrapped = module['default'];
  return isObject(wrapped) && 'twilioConfig' in wrapped ? wrapped['twilioConfig'] : null;
};

/** A clone runs with a loader for TypeScript; Node.js itself strips types from 22.18 on. */
const canImportTypeScript = (): boolean =>
  hasStagesFile || ('typescript' in process.features && process.features.typescript !== false);

/** The part of esbuild that is used. */
interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** The esbuild of the project that the file belongs to, because this package has none. */
const esbuildOf = async (directory: string): Promise<Esbuild> => {
  let path: string;
  try {
    path = createRequire(join(directory, 'package.json')).resolve('esbuild');
  } catch (cause) {
    throw new CliError(
      'twilio.config.ts needs Node.js 22.18 or later, or esbuild: npm install --save-dev esbuild. ' +
        'Or write it in JavaScript, as twilio.config.mjs.',
      2,
      { cause },
    );
  }
  const module = (await import(pathToFileURL(path).href)) as Esbuild & { readonly default?: Esbuild };
  return module.default ?? module;
};

/** Compiles the file into `.gateway/`, from where its imports find the project's packages, and imports it. */
const importCompiled = async (file: string, directory: string): Promise<unknown> => {
  const esbuild = await esbuildOf(directory);
  const folder = join(directory, '.gateway');
  const compiled = join(folder, `twilio.config.${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  try {
    await esbuild.build({
      entryPoints: [file],
      outfile: compiled,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    return await import(pathToFileURL(compiled).href);
  } finally {
    await rm(compiled, { force: true });
  }
};

const importFile = async (file: string, directory: string): Promise<unknown> => {
  if (!file.endsWith('.ts')) return import(pathToFileURL(file).href);
  if (!canImportTypeScript()) return importCompiled(file, directory);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    // Node.js strips types, but compiles nothing such as an enum.
    if (errorCode(error) === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return importCompiled(file, directory);
    throw error;
  }
};

/**
 * What the configuration file of a directory exports, unchecked; undefined if there is none.
 * @throws CliError if it does not load: the operator wrote it, so this is not an error of the CLI
 */
export const loadTwilioConfig = async (directory: string): Promise<unknown> => {
  const file = fileNames.map((name) => join(directory, name)).find((path) => existsSync(path));
  if (file === undefined) return undefined;
  try {
    return exportedConfig(await importFile(file, directory));
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const next = file.endsWith('.ts') ? '; `npx tsc` shows where' : '';
    throw new CliError(`${basename(file)} cannot be loaded: ${reason}\nNext: fix it${next}.`, 2, { cause: error });
  }
};
