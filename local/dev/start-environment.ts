import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { TwilioAccount } from '../accounts';
import { replyKeyFrom, type ReplyKey } from '../twilio/replies';
import { UserError } from '../user-error';

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
    createDirectory(directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new UserError(`--data-dir ${text} cannot be used (${code}): it must be a directory you may read and write.`);
  }
};

/**
 * Creates a directory and those above it. One by one, because `mkdirSync` with `recursive` never returns in a file
 * system that says that the parent does not exist, such as /proc.
 */
const createDirectory = (directory: string): void => {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  const parent = dirname(directory);
  if (parent !== directory) createDirectory(parent);
  // It will contain message bodies and the Auth Token.
  mkdirSync(directory, { mode: 0o700 });
};
