import { open, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { errorCode } from '../terminal/error-code';
import { CliError } from '../terminal/cli-error';
import type { Output } from '../terminal/output';

/** The destination of an export. A write waits until the previous one is done, so that memory does not grow. */
export interface Sink {
  /** @param lines with their line breaks, also after the last */
  write(lines: string): Promise<void>;
  end(): Promise<void>;
  /** Removes an incomplete file. */
  discard(): Promise<void>;
}

export const outputSink = (output: Output): Sink => ({
  write: async (lines) => {
    output.data(lines.replace(/\n$/, ''));
    await output.ready?.();
  },
  end: () => Promise.resolve(),
  discard: () => Promise.resolve(),
});

/**
 * A new file that only its owner may read, because it has numbers and texts of people. It gets its name at the end,
 * so that a file with this name is always complete.
 * @throws CliError if there is a file with this name, or it cannot be written
 */
export const fileSink = async (path: string): Promise<Sink> => {
  if (existsSync(path)) throw new CliError(`${path} exists. Choose another name for --file, or remove it.`, 2);
  const incomplete = `${path}.incomplete`;
  try {
    // One that an earlier export has left, or a link, would keep its own mode.
    await rm(incomplete, { force: true });
    const file = await open(incomplete, 'wx', 0o600);
    return {
      write: async (lines) => {
        await file.writeFile(lines);
      },
      end: async () => {
        await file.close();
        await rename(incomplete, path);
      },
      discard: async () => {
        await file.close();
        await rm(incomplete, { force: true });
      },
    };
  } catch (error) {
    throw new CliError(`${path} cannot be written (${errorCode(error)}).`, 1, { cause: error });
  }
};
