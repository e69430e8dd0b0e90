import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import type { Bundle } from '../bundles/bundler';

/** Folders with nothing that an app is written in: packages, output, tests. */
const ignoredFolders = /^(?:\.|(?:node_modules|cdk\.out.*|dist|coverage|test|tests|__tests__)$)/;

/** Files that an app may be written in; editors write others next to them. */
const sourceFile = /\.(?:[cm]?[jt]sx?|json)$/;
const testFile = /\.(?:test|spec)\.[^.]+$/;

export const isIgnoredFolder = (folder: string): boolean => ignoredFolders.test(basename(folder));

/** The work that follows the change of a file. */
export type Change =
  /** Build the bundles again. */
  | 'bundle'
  /** Build the bundles again, and also run the app, because it may import the file. */
  | 'bundle-and-app'
  /** Run the app again. */
  | 'app'
  | 'nothing';

export const changeOf = (file: string, bundles: readonly Bundle[]): Change => {
  const using = bundles.filter(({ inputs }) => inputs.has(file));
  if (using.length > 0) return using.some(({ entries }) => entries.has(file)) ? 'bundle' : 'bundle-and-app';
  return sourceFile.test(file) && !testFile.test(file) ? 'app' : 'nothing';
};

/** The app's directory, and the folders of all files in bundles, except `node_modules`. */
export const watchedFolders = (directory: string, bundles: readonly Bundle[]): readonly string[] => {
  const inputs = bundles.flatMap((bundle) => [...bundle.inputs]);
  const own = inputs.filter((file) => !file.includes(`${sep}node_modules${sep}`));
  return [directory, ...new Set(own.map((file) => dirname(file)))];
};

/**
 * Whether the content of a file differs from that at the last call. A program such as the app itself may write the same
 * content again, and that must not count as a change.
 */
export const createContentCheck = (): ((file: string) => boolean) => {
  const hashes = new Map<string, string>();
  return (file) => {
    const hash = hashOf(file);
    const isSame = hashes.get(file) === hash;
    hashes.set(file, hash);
    return !isSame;
  };
};

const hashOf = (file: string): string => {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return 'absent';
  }
};
