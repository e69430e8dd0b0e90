import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TwilioEnvironment } from './api/accounts';
import { openTwilioAccount } from './api/twilio-account-api';
import { loadTwilioConfig } from './config/load-config';

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
    config: () => loadTwilioConfig(directory),
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
