import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '../json-fields';
import { CliError } from '../terminal/cli-error';
import type { TwilioEnvironment } from './api/accounts';
import { openTwilioAccount } from './api/twilio-account-api';

/** `twilioConfig` of a module, also if the loader wraps CommonJS into `default`. */
const exportedConfig = (module: unknown): unknown => {
  if (!isObject(module)) return null;
  if ('twilioConfig' in module) return module['twilioConfig'];
  const wrapped = module['default'];
  return isObject(wrapped) && 'twilioConfig' in wrapped ? wrapped['twilioConfig'] : null;
};

/**
 * Imports the configuration file.
 * @throws CliError if it does not load: the operator wrote it, so this is not an error of the CLI
 */
const loadConfig = async (file: string): Promise<unknown> => {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`twilio.config.ts cannot be loaded: ${reason}\nNext: fix it; \`npx tsc\` shows where.`, 2, {
      cause: error,
    });
  }
};

/** The environment of the commands that call Twilio, for a real process. */
export const createTwilioEnvironment = (
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): TwilioEnvironment => {
  const variable = (name: string): string | undefined => {
    const value = environment[name];
    return value === '' ? undefined : value;
  };
  return {
    config: async () => {
      const file = join(directory, 'twilio.config.ts');
      if (!existsSync(file)) return undefined;
      return exportedConfig(await loadConfig(file));
    },
    variable,
    open: (credentials) => openTwilioAccount(credentials, variable('TWILIO_API_BASE_URL')),
    writePrivateFile: async (fileName, text) => {
      const folder = join(directory, '.gateway');
      await mkdir(folder, { recursive: true });
      const file = join(folder, fileName);
      // URLs may contain a user name and password.
      await writeFile(file, text, { mode: 0o600, flag: 'wx' });
      return relative(directory, file);
    },
  };
};
