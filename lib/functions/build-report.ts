import { buildSync, type BuildOptions, type Message } from 'esbuild';

/** What a local gateway learns from the builds of a stage's bundles. */
export interface BuildReport {
  /** Paths of the source files, relative to the project. */
  readonly inputs: Set<string>;
  /** Errors of bundles that do not build. */
  readonly errors: Message[];
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
  if (report === undefined) return buildSync(options).outputFiles;
  try {
    const { outputFiles, metafile } = buildSync({ ...options, metafile: true });
    for (const input of Object.keys(metafile.inputs)) report.inputs.add(input);
    return outputFiles;
  } catch (error) {
    const errors = buildErrors(error);
    if (errors.length === 0) throw error;
    report.errors.push(...errors);
    for (const { location } of errors) if (location !== null) report.inputs.add(location.file);
    // The asset needs a file.
    return [{ path: 'build-errors.json', contents: Buffer.from(JSON.stringify(errors)) }];
  }
};

/** The errors of esbuild's BuildFailure or TransformFailure; none of any other error. */
export const buildErrors = (error: unknown): readonly Message[] =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? (error.errors as Message[]) : [];
