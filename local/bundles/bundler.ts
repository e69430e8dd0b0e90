import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { BuildContext, BuildOptions } from 'esbuild';
import type { BundleRecipe } from '../../lambda/shared/contract/bundle-recipe';
import type { FunctionCode } from '../resources/function-code';
import { loadEsbuild } from './esbuild';
import { problemsOf } from './problems';

/** Files by their names. */
export type Files = Readonly<Record<string, Uint8Array>>;

export interface Bundle extends FunctionCode {
  /** A line for each error. Such a bundle has no files. */
  readonly problems: readonly string[];
  /** The absolute paths of the files that it is built from. */
  readonly inputs: ReadonlySet<string>;
  /** The entry files among them. Only a bundle imports these. */
  readonly entries: ReadonlySet<string>;
}

export interface Bundler {
  /** @param extra files that are put next to the bundle */
  readonly build: (recipe: BundleRecipe, extra: Files) => Promise<Bundle>;
  /** Writes files into a directory of their own. */
  readonly write: (name: string, files: Files) => FunctionCode;
  readonly close: () => void;
}

/** The last build by a recipe. */
interface Known {
  readonly context: BuildContext;
  inputs: ReadonlySet<string>;
  /** Undefined after a build that failed. */
  built?: { readonly files: Files; readonly versions: string };
}

/**
 * Builds bundles with esbuild. A bundle is built again only if its files have changed. esbuild then parses only the
 * changed files again.
 * @param directory for the bundles: each content has a directory of its own, because functions load their code from it
 * while they run
 */
export const createBundler = (appDirectory: string, directory: string): Bundler => {
  const known = new Map<string, Promise<Known>>();
  const contextOf = async (options: BuildOptions, entries: ReadonlySet<string>): Promise<Known> => ({
    context: await loadEsbuild(appDirectory).context({ ...options, write: false, metafile: true, logLevel: 'silent' }),
    inputs: entries,
  });

  const write = (name: string, files: Files): FunctionCode => {
    const hash = createHash('sha256');
    for (const [file, content] of Object.entries(files)) hash.update(`${file} ${content.length}\n`).update(content);
    const digest = hash.digest('hex');
    // Two folders deep: the relative paths in source maps assume this depth.
    const target = join(directory, 'bundles', `${name}-${digest.slice(0, 16)}`);
    if (!exists(target)) {
      const temporary = `${target}.writing`;
      mkdirSync(temporary, { recursive: true });
      for (const [file, content] of Object.entries(files)) writeFileSync(join(temporary, file), content);
      renameSync(temporary, target);
    }
    return { directory: target, hash: digest };
  };

  return {
    write,
    build: async ({ name, options }, extra) => {
      const key = JSON.stringify(options);
      const root = typeof options['absWorkingDir'] === 'string' ? options['absWorkingDir'] : appDirectory;
      const entries = entriesOf(options, root);
      const last = known.get(key) ?? contextOf(options, entries);
      known.set(key, last);
      try {
        const state = await last;
        const files = await builtFiles(state, root);
        return { ...write(name, { ...files, ...extra }), problems: [], inputs: state.inputs, entries };
      } catch (error) {
        const problems = problemsOf(error, appDirectory, root);
        const before = await last.then(
          ({ inputs }) => inputs,
          () => entries,
        );
        const inputs = new Set([...before, ...failedFiles(error, root)]);
        return { directory: join(directory, 'bundles', `${name}-not-built`), hash: '', problems, inputs, entries };
      }
    },
    close: () => {
      for (const last of known.values()) void last.then(({ context }) => context.dispose()).catch(() => undefined);
    },
  };
};

const builtFiles = async (state: Known, root: string): Promise<Files> => {
  if (state.built?.versions === versionsOf(state.inputs)) return state.built.files;
  delete state.built;
  const startedAt = Date.now();
  const { outputFiles = [], metafile } = await state.context.rebuild();
  state.inputs = new Set(Object.keys(metafile?.inputs ?? {}).map((input) => resolve(root, input)));
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  // A file that changed during the build may have been read before.
  const isStable = [...state.inputs].every((input) => (statOf(input)?.mtimeMs ?? 0) < startedAt);
  if (isStable) state.built = { files, versions: versionsOf(state.inputs) };
  return files;
};

const entriesOf = ({ entryPoints }: Readonly<Record<string, unknown>>, root: string): ReadonlySet<string> =>
  new Set(Array.isArray(entryPoints) ? (entryPoints as readonly string[]).map((entry) => resolve(root, entry)) : []);

const statOf = (file: string) => statSync(file, { throwIfNoEntry: false });
const exists = (file: string): boolean => statOf(file) !== undefined;

/** Size and time of every file. */
const versionsOf = (files: ReadonlySet<string>): string =>
  JSON.stringify(
    [...files].map((file) => {
      const found = statOf(file);
      return [file, found?.size, found?.mtimeMs];
    }),
  );

/** The files that the errors of esbuild are about. */
const failedFiles = (error: unknown, root: string): readonly string[] => {
  const errors = (error as { readonly errors?: unknown }).errors;
  if (!Array.isArray(errors)) return [];
  return (errors as readonly { readonly location?: { readonly file: string } | null }[]).flatMap(({ location }) => {
    if (location === null || location === undefined) return [];
    return [resolve(root, location.file)];
  });
};
