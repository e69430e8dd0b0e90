import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../user-error';

type Fields = Readonly<Record<string, unknown>>;

/** A CDK app as its `cdk.json` and the command line describe it. */
export interface AppSettings {
  /** The directory of the app, in which its commands run. */
  readonly directory: string;
  /** Shell commands, in this order; the last one synthesizes. */
  readonly commands: readonly string[];
  readonly context: Fields;
}

export interface AppOptions {
  readonly directory: string;
  /** The value of `--app`. @default the command of cdk.json */
  readonly command?: string | undefined;
  /** The values of `--context`, which override those of the files. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Reads the settings as the CDK CLI does.
 * @throws UserError if there is no app, or one of its files is not valid
 */
export const readAppSettings = ({ directory, command, context = {} }: AppOptions): AppSettings => {
  const settings = readJson(join(directory, 'cdk.json'));
  if (settings === undefined && command === undefined) {
    throw new UserError(
      `There is no cdk.json in ${directory}: start this command in the directory of a CDK app, or give the command ` +
        "that synthesizes it, such as --app 'npx tsx bin/app.ts'.",
    );
  }
  const app = command ?? settings?.['app'];
  if (typeof app !== 'string' || app.trim() === '') {
    throw new UserError(`${join(directory, 'cdk.json')} has no "app": the command that synthesizes the CDK app.`);
  }
  const build = settings?.['build'];
  return {
    directory,
    commands: [...(typeof build === 'string' ? [build] : []), executable(app, directory)],
    context: {
      ...readJson(join(directory, 'cdk.context.json')),
      ...fieldsOf(settings?.['context']),
      ...context,
    },
  };
};

/** `bin/app.js` alone is a command as well: the CDK CLI runs it with Node. */
const executable = (app: string, directory: string): string =>
  /\.[cm]?js$/.test(app) && existsSync(resolve(directory, app)) && statSync(resolve(directory, app)).isFile()
    ? `"${process.execPath}" "${app}"`
    : app;

const readJson = (file: string): Fields | undefined => {
  if (!existsSync(file)) return undefined;
  try {
    return fieldsOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UserError(`${file} is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
};

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
