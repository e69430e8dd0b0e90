import { sep } from 'node:path';

/** How many of the last lines of an output are shown. */
const shownLines = 15;

const maxLineLength = 300;

/** An error of Node: its message, then the lines of its stack. */
const errorWithStack =
  /^(?:\w*Error|[A-Z]\w*)(?: \[\w+\])?: ([^\n]+(?:\n(?! +at )[^\n]*)*)\n((?: +at [^\n]*(?:\n|$))+)/m;
/** An error of the CDK: its name, its message, and indented lines with the stack. */
const cdkError = /^«\w+» ([^\n]+)\n((?: +[^\n]*(?:\n|$))+)/m;
/** An error of esbuild, by which several loaders compile TypeScript. Its column counts from 0. */
const esbuildError = /^(.+):(\d+):(\d+): ERROR: (.+)$/gm;

/**
 * What is wrong, from the output of a command that failed: `file:line:column: message` where the output has an error of
 * a file of the app, else the last lines.
 */
export const outputProblems = (
  output: string,
  { command, directory, ended }: { readonly command: string; readonly directory: string; readonly ended: string },
): string => {
  const plain = output.replaceAll('file://', '').replace(/\u001b\[[\d;]*m/g, '');
  const relative = (text: string): string => text.replaceAll(directory + sep, '');
  const compileErrors = [...plain.matchAll(esbuildError)].map(
    ([, file = '', line = '', column = '', text = '']) => `${relative(file)}:${line}:${Number(column) + 1}: ${text}`,
  );
  if (compileErrors.length > 0) return [...new Set(compileErrors)].join('\n');
  const [, message = '', stack = ''] = cdkError.exec(plain) ?? errorWithStack.exec(plain) ?? [];
  const place = placeIn(stack, directory);
  if (place !== undefined) return `${place}: ${relative(message)}`;
  // Without an error that is known, the end of the output is the best hint.
  const lines = (message === '' ? plain : message).split('\n').filter((line) => line.trim() !== '');
  return [
    `The app's command failed (${ended}): ${command}`,
    ...lines.slice(-shownLines).map((line) => `  ${line.slice(0, maxLineLength)}`),
  ].join('\n');
};

/** `lib/app.ts:3:7` for the first line of a stack that is in the app. */
const placeIn = (stack: string, directory: string): string | undefined => {
  for (const line of stack.split('\n')) {
    const at = line.indexOf(directory + sep);
    const place = /^(.+?:\d+:\d+)\)?$/.exec(at === -1 ? '' : line.slice(at + directory.length + 1))?.[1];
    if (place !== undefined && !place.includes(`node_modules${sep}`)) return place;
  }
  return undefined;
};
