import { posix } from 'node:path';
import { preProcessFile } from 'typescript';
import type { SourceFile } from './repository';

const maxColumns = 120;

/** A Markdown table cannot be wrapped, nor a string of a JSON example. */
const isUnbreakableInPage = (line: string): boolean => line.startsWith('|') || /^ *"\w+": \{.*\},?$/.test(line);

/** A test's title is one sentence, for grep. A template or a regular expression alone on its line is one literal. */
const isUnbreakableInTest = (line: string): boolean =>
  /^ *(?:test|it|describe)(?:\.each\(.*\))?\(/.test(line) ||
  /^ *(?:[\w.]+: )?([`/"']).*\1\w*[,;)]*(?: \+)?$/.test(line);

/** A line that ends with a URL cannot be wrapped either, even if the end of a comment follows the URL. */
const isUnbreakable = (path: string, line: string): boolean =>
  (path.endsWith('.md') && isUnbreakableInPage(line)) ||
  (path.startsWith('test/') && isUnbreakableInTest(line)) ||
  /^.{0,60}https?:\/\/\S+(?: \*\/)?$/.test(line);

/** An emoji is two UTF-16 code units and is counted as one column. */
const columns = (line: string): number => line.replaceAll(/./gsu, 'x').length;

export const wideLines = ({ path, text }: SourceFile): readonly string[] =>
  text
    .split('\n')
    .flatMap((line, at) =>
      columns(line) > maxColumns && !isUnbreakable(path, line)
        ? [`${path}:${at + 1} has ${columns(line)} columns`]
        : [],
    );

const maxFiles = 13;

/** Folders with too many files for one topic. @param allowed larger folders, each with the reason for its size */
export const crowdedFolders = (
  paths: readonly string[],
  allowed: Readonly<Record<string, string>>,
): readonly string[] => {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return [...counts]
    .filter(([folder, count]) => count > maxFiles && allowed[folder] === undefined)
    .map(([folder, count]) => `${folder} has ${count} files`);
};

/** Entries of the allowance that no folder needs. */
export const needlessAllowances = (
  paths: readonly string[],
  allowed: Readonly<Record<string, string>>,
): readonly string[] => {
  const crowded = crowdedFolders(paths, {}).map((line) => line.split(' has ')[0]);
  return Object.keys(allowed).filter((folder) => !crowded.includes(folder));
};

/** What a file imports and re-exports, `import()` included. */
const importedNames = (text: string, withTypes: boolean): readonly string[] => {
  const counted = withTypes ? text : text.replaceAll(/^import type [^;]+;/gm, '');
  return preProcessFile(counted, true, true).importedFiles.map(({ fileName }) => fileName);
};

const importedPaths = (file: SourceFile, withTypes: boolean, exists: (path: string) => boolean): readonly string[] =>
  importedNames(file.text, withTypes).flatMap((name) => {
    if (!name.startsWith('.')) return [];
    const target = posix.join(posix.dirname(file.path), name);
    return [target, `${target}.ts`, `${target}/index.ts`].filter(exists).slice(0, 1);
  });

/**
 * Finds each import cycle once, as the list of its files.
 * @param withTypes whether `import type` counts, which is erased before anything runs
 */
export const importCycles = (files: readonly SourceFile[], withTypes: boolean): readonly string[] => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, importers: readonly string[]): void => {
    const start = importers.indexOf(path);
    if (start >= 0) {
      cycles.push([...importers.slice(start), path].join(' -> '));
      return;
    }
    const file = byPath.get(path);
    if (done.has(path) || file === undefined) return;
    for (const imported of importedPaths(file, withTypes, (target) => byPath.has(target))) {
      visit(imported, [...importers, path]);
    }
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
};
