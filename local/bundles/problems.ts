import { isAbsolute, relative } from 'node:path';

/** One of the errors that esbuild reports. */
interface Located {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

/**
 * An error as lines `file:line:column: message`. The column counts from 1, as editors do.
 * @param error an error of esbuild, which has a list of errors, or any other error
 */
export const problemsOf = (error: unknown, appDirectory: string): readonly string[] => {
  if (!(error instanceof Error)) return [String(error)];
  const errors = 'errors' in error && Array.isArray(error.errors) ? (error.errors as readonly Located[]) : [];
  return errors.length === 0 ? [error.message] : [...new Set(errors.map((problem) => located(problem, appDirectory)))];
};

const located = ({ text, location }: Located, appDirectory: string): string => {
  if (location === null) return text;
  const file = isAbsolute(location.file) ? relative(appDirectory, location.file) : location.file;
  return `${file}:${location.line}:${location.column + 1}: ${text}`;
};
