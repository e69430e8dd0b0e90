import { devDependencies, version } from '../../package.json';
import { isObject, parseJson, type JsonObject } from '../json-fields';
import { CliError } from '../terminal/cli-error';
import { packageName } from './texts';

type Entries = Readonly<Record<string, string>>;

const scripts: Entries = { dev: `${packageName} dev`, gateway: packageName };
const own: Entries = { [packageName]: `^${version}` };
/** Builds the handlers. */
const builder: Entries = { esbuild: `^${devDependencies.esbuild}` };

const ofNewApp: Readonly<Record<'dependencies' | 'devDependencies', Entries>> = {
  dependencies: {
    'aws-cdk-lib': `^${devDependencies['aws-cdk-lib']}`,
    constructs: `^${devDependencies.constructs}`,
  },
  devDependencies: {
    '@types/node': `^${devDependencies['@types/node']}`,
    'aws-cdk': `^${devDependencies['aws-cdk']}`,
    tsx: `^${devDependencies.tsx}`,
    typescript: `^${devDependencies.typescript}`,
  },
};

const sorted = (entries: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));

const objectIn = (manifest: JsonObject, key: string): JsonObject => {
  const value = manifest[key];
  return isObject(value) ? value : {};
};

/** With the entries that are missing; undefined if none is. */
const completed = (found: JsonObject, wanted: Entries, elsewhere: JsonObject = {}): JsonObject | undefined => {
  const missing = Object.entries(wanted).filter(([name]) => !(name in found) && !(name in elsewhere));
  return missing.length === 0 ? undefined : { ...found, ...Object.fromEntries(missing) };
};

/** The names of scripts that the user already has with another command. */
export const otherScripts = (text: string): readonly string[] => {
  const manifest = parseJson(text);
  const found = isObject(manifest) ? objectIn(manifest, 'scripts') : {};
  return Object.entries(scripts).flatMap(([name, command]) => (name in found && found[name] !== command ? [name] : []));
};

/**
 * package.json with the scripts and packages of the gateway. Existing entries do not change.
 * @param text undefined for a new app
 * @throws CliError for a file that is not JSON
 */
export const completedManifest = (text: string | undefined, name: string): string => {
  const parsed = text === undefined ? { name, version: '0.1.0', private: true } : parseJson(text);
  if (!isObject(parsed)) throw new CliError('package.json is not a JSON object.');
  const isNew = text === undefined;
  const dependencies = objectIn(parsed, 'dependencies');
  const development = objectIn(parsed, 'devDependencies');
  const changes = {
    scripts: completed(objectIn(parsed, 'scripts'), scripts),
    dependencies: completed(dependencies, { ...own, ...(isNew ? ofNewApp.dependencies : {}) }, development),
    devDependencies: completed(development, { ...builder, ...(isNew ? ofNewApp.devDependencies : {}) }, dependencies),
  };
  const changed = {
    ...parsed,
    ...(changes.scripts === undefined ? {} : { scripts: changes.scripts }),
    ...(changes.dependencies === undefined ? {} : { dependencies: sorted(changes.dependencies) }),
    ...(changes.devDependencies === undefined ? {} : { devDependencies: sorted(changes.devDependencies) }),
  };
  const isSame = Object.values(changes).every((change) => change === undefined);
  if (text !== undefined && isSame) return text;
  const indent = /^[ \t]+(?=")/m.exec(text ?? '')?.[0] ?? '  ';
  return `${JSON.stringify(changed, null, indent)}\n`;
};
