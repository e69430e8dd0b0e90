import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Items that nobody keeps are on disk all the same: in memory each would take 16 kB, and a long run would grow and grow. */
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

/** Paths below the data directory, which is made if need be; undefined where nothing is kept. */
export const dataPath = (dataDir: string | undefined): ((name: string) => string | undefined) => {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  return (name) => (dataDir === undefined ? undefined : join(dataDir, name));
};
