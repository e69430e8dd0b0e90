import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../terminal/error-code';

/** Where fetched media are put. */
export interface MediaStore {
  /** The place of an earlier file with this name and any extension; undefined if there is none. */
  find(name: string): Promise<string | undefined>;
  /**
   * Never overwrites.
   * @param name without the extension
   * @returns where it is, and whether it was there before
   */
  write(name: string, file: MediaFile): Promise<{ readonly place: string; readonly existed: boolean }>;
}

export interface MediaFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly extension: string;
}

/** A folder, which is created if it does not exist. Only the user can read the files. */
export const createMediaFolder = (folder: string): MediaStore => ({
  find: async (name) => {
    try {
      const found = (await readdir(folder)).find((file) => file.startsWith(`${name}.`));
      return found === undefined ? undefined : join(folder, found);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  write: async (name, { bytes, extension }) => {
    await mkdir(folder, { recursive: true });
    const place = join(folder, `${name}.${extension}`);
    const part = join(folder, `.${name}.${randomUUID()}`);
    try {
      await writeWhole(part, bytes);
      // Unlike rename, link never replaces a file.
      await link(part, place);
      return { place, existed: false };
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return { place, existed: true };
      throw error;
    } finally {
      await unlink(part).catch(() => undefined);
    }
  },
});

const writeWhole = async (path: string, bytes: Buffer): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
};
