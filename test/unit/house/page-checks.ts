import { posix } from 'node:path';
import type { SourceFile } from './repository';

/** Written by commands, and ignored by git. */
const generated = ['bench/results.json'];

const codeOf = (text: string): readonly string[] => {
  const fences = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const spans = [...text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...fences, ...spans];
};

/**
 * Files and folders that a page names in code and that do not exist. A path with a placeholder (`<name>`, `*`) is not
 * one.
 */
export const missingPaths = ({ path, text }: SourceFile, tracked: readonly string[]): readonly string[] => {
  const rooms = new Set(tracked.filter((name) => name.includes('/')).map((name) => name.split('/')[0] ?? ''));
  const exists = (name: string): boolean =>
    tracked.includes(name) || tracked.some((file) => file.startsWith(name.replace(/\/?$/, '/')));
  return codeOf(text)
    .flatMap((code) => code.split(/[\s'"()=,;]+/))
    .filter((word) => /^[\w./-]+$/.test(word) && word.includes('/') && rooms.has(word.split('/')[0] ?? ''))
    .filter((word) => !generated.includes(word) && !exists(word))
    .map((word) => `${path} names ${word}, which does not exist`);
};

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

/** Relative links that lead to no file, or to no heading of a page. */
export const brokenLinks = (
  { path, text }: SourceFile,
  tracked: readonly string[],
  pages: readonly SourceFile[],
): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [target = '', anchor] = link.split('#');
    const file = target === '' ? path : posix.join(posix.dirname(path), target);
    const isThere = tracked.some((name) => name === file || name.startsWith(`${file}/`));
    const headings = [...(pages.find((page) => page.path === file)?.text ?? '').matchAll(/^#+ (.+)$/gm)];
    const hasAnchor = anchor === undefined || headings.some(([, heading = '']) => anchorOf(heading) === anchor);
    return isThere && hasAnchor ? [] : [`${path} links to ${link}`];
  });

/**
 * Functions that a walk names in a file that does not declare them. A step of a walk is a row of a table whose second
 * cell is the file and whose third names functions, all in backticks.
 */
export const missingFunctions = ({ path, text }: SourceFile, read: (path: string) => string): readonly string[] =>
  walkSteps(text).flatMap(({ file, functions }) =>
    functions
      .filter(
        (name) => !new RegExp(`\\b(?:const|function|class) ${name}\\b|^ *(?:async )?${name}\\b`, 'm').test(read(file)),
      )
      .map((name) => `${path} names ${name} in ${file}, which does not declare it`),
  );

export const walkSteps = (text: string): readonly { readonly file: string; readonly functions: string[] }[] =>
  [...text.matchAll(/^\| \d+ \| `([^`]+)` \| ([^|]+) \|/gm)].map(([, file = '', cell = '']) => ({
    file,
    functions: [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  }));
