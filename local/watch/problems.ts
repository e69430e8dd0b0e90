import { isAbsolute, relative, sep } from 'node:path';

/** One of the errors that esbuild reports. */
interface Located {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

/**
 * An error as lines `file:line:column: message`. The column counts from 1, as editors do.
 * @param error an error of esbuild, which has a list of errors, or any other error
 */
export const problemsOf = (error: unknown, projectRoot: string): readonly string[] => {
  if (typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors)) {
    const problems = (error.errors as readonly Located[]).map((problem) => located(problem, projectRoot));
    if (problems.length > 0 || !(error instanceof Error)) return [...new Set(problems)];
  }
  if (!(error instanceof Error)) return [String(error)];
  const [first = '', ...further] = error.message.split('\n');
  return [`${throwerOf(error, projectRoot)}${first}`, ...further];
};

const located = ({ text, location }: Located, projectRoot: string): string => {
  if (location === null) return text;
  const file = isAbsolute(location.file) ? relative(projectRoot, location.file) : location.file;
  return `${file}:${location.line}:${location.column + 1}: ${text}`;
};

/** `lib/handlers.ts:3:7: ` for the first line of the stack that is in the project. */
const throwerOf = ({ stack = '' }: Error, projectRoot: string): string => {
  for (const line of stack.split('\n')) {
    const at = line.indexOf(projectRoot + sep);
    const place = /^(.+?:\d+:\d+)\)?$/.exec(at === -1 ? '' : line.slice(at + projectRoot.length + 1))?.[1];
    if (place !== undefined && !place.includes(`node_modules${sep}`)) return `${place}: `;
  }
  return '';
};
