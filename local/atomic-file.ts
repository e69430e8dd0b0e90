import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a new file next to the old one and renames it: at any moment there is one complete file, even after a power
 * cut. Only its owner may read it. The returned file is open for appending; the caller closes it.
 */
export const replaceFile = async (path: string, parts: readonly string[]): Promise<FileHandle> => {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'a', 0o600);
  let block = '';
  for (const part of parts) {
    block += part;
    if (block.length < 1024 * 1024) continue;
    await file.appendFile(block);
    block = '';
  }
  await file.appendFile(block);
  await file.datasync();
  await rename(temporary, path);
  await syncDirectory(dirname(path));
  return file;
};

/** Makes the rename itself durable. Windows cannot open a directory. */
const syncDirectory = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

/** The whole file, or undefined if it does not exist. */
export const readIfPresent = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path);
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};
