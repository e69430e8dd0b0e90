import { relative, resolve } from 'node:path';

/** One of the errors that esbuild reports. */
interface Located {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

/**
 * An error as lines `file:line:column: message`. The column counts from 1, as editors do.
 * @param error an error of esbuild, which has a list of errors, or any other error
 * @param root the directory that esbuild worked in
 */
export const problemsOf = (error: unknown, appDirectory: string, root: string): readonly string[] => {
  if (!(error instanceof Error)) return [String(error)];
  const errors = 'errors' in error && Array.isArray(error.errors) ? (error.errors as readonly Located[]) : [];
  if (errors.length === 0) return [error.message];
  const located = errors.map(({ text, location }) => {
    if (location === null) return text;
    const file = relative(appDirectory, resolve(root, location.file));
    return `${file}:${location.line}:${location.column + 1}: ${text}`;
  });
  return [...new Set(located)];
};
