import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { TwilioAccount } from './accounts';
import { replyKeyFrom, type ReplyKey } from './twilio/replies';
import { UserError } from './user-error';

/** The options of `npm start`. */
export interface StartOptions {
  readonly port: number;
  readonly dataDir?: string;
  readonly publicUrl?: string;
  readonly handlers?: string;
}

/** What `--handlers` takes, and the module that registers them. */
export const handlerModules: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'lib/handlers'],
  ['examples', 'handlers/examples/register'],
]);

const handlers = (text: string): string => {
  if (handlerModules.has(text)) return text;
  throw new InvalidArgumentError("It must be 'examples'. Register your own handlers in lib/handlers.ts.");
};

const port = (text: string): number => {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('It must be a number from 0 (any free port) to 65535.');
};

export const startCommand = new Command('npm start --')
  .description(
    'Runs the Twilio webhook gateway on this machine: a deployment’s template and bundles, without an AWS account.',
  )
  .option('--port <number>', 'port on 127.0.0.1 for webhooks; 0 takes any free one', port, 3000)
  .option('--data-dir <directory>', 'directory to keep messages, queues and secrets in (default: nothing is kept)')
  .option('--public-url <url>', 'address under which Twilio reaches this gateway, such as a tunnel')
  .option(
    '--handlers <name>',
    'examples: the handlers in handlers/examples instead of those in lib/handlers.ts',
    handlers,
  )
  // One line for each error: commander puts its suggestion on a second line.
  .configureOutput({ writeErr: (text) => process.stderr.write(`${text.trim().replaceAll('\n', ' ')}\n`) })
  .addHelpText(
    'after',
    `
Environment:
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN  use this account instead of made-up development credentials
  TWILIO_API_KEY, TWILIO_API_SECRET      send replies by Twilio with this API key of that account; without it,
                                         a stand-in takes them: npx gateway replies list

Examples:
  npm start
  npm start -- --port 8080 --data-dir ./data
  npm start -- --public-url https://example.ngrok.app
  npm start -- --handlers examples

A change in handlers/, lib/ or lambda/ is built and runs at once. Types are not checked: npm run check does that.
Function logs are JSON lines on standard error.`,
  );

/** @throws UserError if only one of the two is set, or the SID is not valid */
export const accountFromEnvironment = (): TwilioAccount | undefined => {
  const accountSid = process.env['TWILIO_ACCOUNT_SID'] ?? '';
  const authToken = process.env['TWILIO_AUTH_TOKEN'] ?? '';
  if (accountSid === '' && authToken === '') return undefined;
  if (!/^AC[0-9a-fA-F]{32}$/.test(accountSid) || !/^\S+$/.test(authToken)) {
    throw new UserError('Set both TWILIO_ACCOUNT_SID (AC and 32 hex digits) and TWILIO_AUTH_TOKEN, or neither.');
  }
  return { accountSid, authToken };
};

/** @throws UserError if it cannot be used */
export const replyKeyFromEnvironment = (account: TwilioAccount | undefined): ReplyKey | undefined => {
  const key = replyKeyFrom(process.env, account);
  if (typeof key === 'string') throw new UserError(key);
  return key;
};

/** @throws UserError if the directory cannot be used */
export const usableDirectory = (text: string): string => {
  const directory = resolve(text);
  try {
    // It will contain message bodies and the Auth Token.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new UserError(`--data-dir ${text} cannot be used (${code}): it must be a directory you may read and write.`);
  }
};
