import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TwilioWorld } from './accounts';
import { openTwilioAccount } from './twilio-account-api';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** `twilioConfig` of a module, also where the loader wraps CommonJS into `default`. */
const exportedConfig = (module: unknown): unknown => {
  if (!isObject(module)) return null;
  if ('twilioConfig' in module) return module['twilioConfig'];
  const wrapped = module['default'];
  return isObject(wrapped) && 'twilioConfig' in wrapped ? wrapped['twilioConfig'] : null;
};

/** The world of the commands that talk to Twilio, as a process has it. */
export const createTwilioWorld = (
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): TwilioWorld => {
  const variable = (name: string): string | undefined => {
    const value = environment[name];
    return value === '' ? undefined : value;
  };
  return {
    config: async () => {
      const file = join(directory, 'twilio.config.ts');
      if (!existsSync(file)) return undefined;
      return exportedConfig(await import(pathToFileURL(file).href));
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
