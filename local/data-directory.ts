import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from './user-error';

/**
 * Temporary directory for items that need not be kept: in memory each takes 16 kB, and a long run would never stop
 * growing.
 */
const scratchDirectory = (closers: (() => Promise<void>)[]): string => {
  const directory = mkdtempSync(join(tmpdir(), 'twilio-webhook-gateway-items-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  closers.push(() => {
    process.off('exit', remove);
    remove();
    return Promise.resolve();
  });
  return directory;
};

/** The store that dynalite needs for files. It has native code, so the published package does not contain it. */
const hasFileStore = (): boolean => {
  try {
    require.resolve('classic-level');
    return true;
  } catch {
    return false;
  }
};

/**
 * The directory of DynamoDB's items; undefined keeps them in memory.
 * @param kept the directory to keep them in, if they must be kept
 * @throws UserError if they must be kept and cannot
 */
export const itemsDirectory = (kept: string | undefined, closers: (() => Promise<void>)[]): string | undefined => {
  if (hasFileStore()) return kept ?? scratchDirectory(closers);
  if (kept === undefined) return undefined;
  throw new UserError('--data-dir needs the package classic-level: npm install --save-dev classic-level@3');
};

/** Paths below the data directory, which is created if missing; undefined where nothing is kept. */
export const dataPath = (dataDir: string | undefined): ((name: string) => string | undefined) => {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  return (name) => (dataDir === undefined ? undefined : join(dataDir, name));
};
