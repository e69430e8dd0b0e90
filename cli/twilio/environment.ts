import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '../json-fields';
import { CliError } from '../terminal/cli-error';
import type { TwilioEnvironment } from './api/accounts';
import { openTwilioAccount } from './api/twilio-account-api';

/** `twilioConfig` of a module, also where the loader wraps CommonJS into `default`. */
const exportedConfig = (module: unknown): unknown => {
  if (!isObject(module)) return null;
  if ('twilioConfig' in module) return module['twilioConfig'];
  const wrapped = module['default'];
  return isObject(wrapped) && 'twilioConfig' in wrapped ? wrapped['twilioConfig'] : null;
};

/**
 * Loads the file as the program that it is.
 * @throws CliError for one that does not load: a person writes it, and a slip of theirs is no fault of ours
 */
const loadConfig = async (file: string): Promise<unknown> => {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new CliError(
      `twilio.config.ts cannot be loaded: ${what}\nNext: repair it; \`npx tsc\` shows where.`,
      2,
      {
        cause: error,
      },
    );
  }
};

/** The environment of the commands that talk to Twilio, as a process has it. */
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
    keep: async (fileName, text) => {
      const folder = join(directory, '.gateway');
      await mkdir(folder, { recursive: true });
      const file = join(folder, fileName);
      // URLs of an older configuration may hold a user and password.
      await writeFile(file, text, { mode: 0o600, flag: 'wx' });
      return relative(directory, file);
    },
  };
};
