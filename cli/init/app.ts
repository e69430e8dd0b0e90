import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { isObject, parseJson } from '../json-fields';
import { CliError } from '../terminal/cli-error';

/** A CDK app in TypeScript. Paths are relative to its directory, with slashes. */
export interface CdkApp {
  readonly directory: string;
  /** The source file that the command `app` in cdk.json runs. */
  readonly entry: string;
  /** All TypeScript files, including the entry. */
  readonly sources: readonly string[];
  /** The suffix of relative imports in the app: `.js` for ES modules, otherwise usually none. */
  readonly importSuffix: '' | '.js' | '.ts';
}

export const readText = (directory: string, path: string): string | undefined => {
  const file = join(directory, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

/** `init` regards a directory as empty if it contains no other files than these. */
const filesOfEmptyDirectory = /^(?:\.git|\.gitignore|\.gitattributes|\.DS_Store|LICEN[CS]E(?:\..*)?|README(?:\..*)?)$/i;

export const isEmptyDirectory = (directory: string): boolean =>
  !existsSync(directory) || readdirSync(directory).every((name) => filesOfEmptyDirectory.test(name));

const ignoredFolders = new Set(['node_modules', 'cdk.out', 'dist', 'build', 'coverage', 'test', 'tests', '__tests__']);
const isSource = (name: string): boolean => /\.m?ts$/.test(name) && !/\.(?:d|test|spec)\.m?ts$/.test(name);

const sourcesBelow = (directory: string, folder = ''): readonly string[] =>
  readdirSync(join(directory, folder), { withFileTypes: true }).flatMap((item) => {
    const path = posix.join(folder, item.name);
    if (item.isDirectory()) {
      return item.name.startsWith('.') || ignoredFolders.has(item.name) ? [] : sourcesBelow(directory, path);
    }
    return isSource(item.name) ? [path] : [];
  });

/** The last file that the command names. If that is a compiled file, its source. */
const entryOf = (directory: string, command: string): string => {
  const files = command.split(/\s+/).filter((word) => /\.[cm]?[jt]s$/.test(word));
  const file = (files.at(-1) ?? '').replace(/^\.\//, '');
  const source = file.replace(/\.([cm]?)js$/, '.$1ts');
  if (file !== '' && existsSync(join(directory, source))) return source;
  throw new CliError(
    `The app of cdk.json is not in TypeScript: init found no source file in \`${command}\`. ` +
      'The README of twilio-webhook-gateway shows the lines to add by hand.',
  );
};

const suffixOf = (directory: string, entry: string, text: string): CdkApp['importSuffix'] => {
  const relativeImport = /from\s+['"]\.{1,2}\/[^'"]*?(\.[jt]s)?['"]/.exec(text);
  if (relativeImport !== null) {
    const [, suffix] = relativeImport;
    return suffix === '.js' || suffix === '.ts' ? suffix : '';
  }
  const manifest = parseJson(readText(directory, 'package.json') ?? '{}');
  return entry.endsWith('.mts') || (isObject(manifest) && manifest['type'] === 'module') ? '.js' : '';
};

/** @throws CliError for a directory that has no CDK app in TypeScript */
export const readApp = (directory: string): CdkApp => {
  const text = readText(directory, 'cdk.json');
  if (text === undefined) {
    throw new CliError(
      `There is no CDK app in ${directory}: it has no cdk.json, and is not empty. ` +
        'Pass the directory of an app, or an empty directory for a new app.',
    );
  }
  const settings = parseJson(text);
  const command = isObject(settings) ? settings['app'] : undefined;
  if (typeof command !== 'string') throw new CliError('cdk.json has no `app`, the command that synthesizes the app.');
  const entry = entryOf(directory, command);
  const sources = new Set([...sourcesBelow(directory), entry]);
  return {
    directory,
    entry,
    sources: [...sources].sort(),
    importSuffix: suffixOf(directory, entry, readText(directory, entry) ?? ''),
  };
};

/** The path with which a file of the app imports another file of the app. */
export const importPath = ({ importSuffix }: CdkApp, from: string, to: string): string => {
  const path = relative(dirname(from), to).split(sep).join('/').replace(/\.ts$/, importSuffix);
  return path.startsWith('.') ? path : `./${path}`;
};
