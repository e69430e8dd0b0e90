import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BuildOptions, Message } from 'esbuild';
import { loadEsbuild } from './esbuild';

/** What a local gateway learns from the builds of a stage's bundles. */
export interface BuildReport {
  /** Paths of the source files, relative to the project. */
  readonly inputs: Set<string>;
  /** Errors of bundles that do not build. */
  readonly errors: Message[];
  /** Builds of earlier reports. A bundle whose sources have not changed is not built again. */
  readonly cache: Map<string, CachedBuild>;
}

interface CachedBuild {
  readonly files: readonly BuiltFile[];
  readonly inputs: readonly string[];
  /** Size and time of every input. */
  readonly versions: string;
}

let current: BuildReport | undefined;

/** Fills the report while `run` synthesizes. A bundle that does not build is an error in the report, not thrown. */
export const withBuildReport = <Result>(report: BuildReport | undefined, run: () => Result): Result => {
  current = report;
  try {
    return run();
  } finally {
    current = undefined;
  }
};

interface BuiltFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/**
 * Builds a bundle.
 * @throws esbuild's BuildFailure, with file and line, where there is no report
 */
export const builtFiles = (options: BuildOptions & { readonly write: false }): readonly BuiltFile[] => {
  const report = current;
  if (report === undefined) return loadEsbuild().buildSync(options).outputFiles;
  try {
    const built = cachedBuild(options, report);
    for (const input of built.inputs) report.inputs.add(input);
    return built.files;
  } catch (error) {
    const errors = buildErrors(error);
    if (errors.length === 0) throw error;
    report.errors.push(...errors);
    for (const { location } of errors) if (location !== null) report.inputs.add(location.file);
    // The asset needs a file.
    return [{ path: 'build-errors.json', contents: Buffer.from(JSON.stringify(errors)) }];
  }
};

const cachedBuild = (
  options: BuildOptions & { readonly write: false },
  { cache }: Pick<BuildReport, 'cache'>,
): CachedBuild => {
  const key = JSON.stringify(options);
  const versionsOf = (inputs: readonly string[]) =>
    inputs.map((input) => versionOf(resolve(options.absWorkingDir ?? '', input)));
  const known = cache.get(key);
  if (known !== undefined && JSON.stringify(versionsOf(known.inputs)) === known.versions) return known;
  const startedAt = Date.now();
  const { outputFiles, metafile } = loadEsbuild().buildSync({ ...options, metafile: true });
  const inputs = Object.keys(metafile.inputs);
  const versions = versionsOf(inputs);
  const built = { files: outputFiles, inputs, versions: JSON.stringify(versions) };
  // A file that changed during the build may have been read before.
  if (versions.every(({ modifiedAt }) => modifiedAt < startedAt)) cache.set(key, built);
  return built;
};

const versionOf = (file: string) => {
  const found = statSync(file, { throwIfNoEntry: false });
  return { size: found?.size ?? 0, modifiedAt: found?.mtimeMs ?? 0 };
};

/** The errors of esbuild's BuildFailure or TransformFailure; none of any other error. */
const buildErrors = (error: unknown): readonly Message[] =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? (error.errors as Message[]) : [];
