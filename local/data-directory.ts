import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Temporary directory for items that need not be kept: in memory each takes 16 kB, and a long run would never stop
 * growing.
 */
export const scratchDirectory = (closers: (() => Promise<void>)[]): string => {
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

/** Paths below the data directory, which is created if missing; undefined where nothing is kept. */
export const dataPath = (dataDir: string | undefined): ((name: string) => string | undefined) => {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  return (name) => (dataDir === undefined ? undefined : join(dataDir, name));
};
