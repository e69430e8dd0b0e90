import { readFile, stat } from 'node:fs/promises';
import { CliError } from './cli-error';
import { errorCode } from './error-code';
import { terminalText } from './terminal-text';

/** The HAR file of a long session can have tens of megabytes. */
const maxInputBytes = 64 * 1024 * 1024;

const tooLarge = (): CliError =>
  new CliError(`The input is larger than ${maxInputBytes / 1024 / 1024} MiB: reduce it to the one request.`, 2);

const readFileAt = async (path: string, signal: AbortSignal): Promise<Buffer> => {
  try {
    const { size } = await stat(path);
    if (size > maxInputBytes) throw tooLarge();
    return await readFile(path, { signal });
  } catch (error) {
    if (error instanceof CliError || signal.aborted) throw error;
    throw new CliError(`Cannot read ${terminalText(path)} (${errorCode(error)}). Name a file, or pipe it in.`, 2);
  }
};

/**
 * Reads a file, or standard input to its end. At a terminal, prints how to end the input.
 * @param path undefined means standard input
 * @throws CliError if it cannot be read or is too large
 */
export const readInput = async (
  { stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>,
  path: string | undefined,
  signal: AbortSignal,
): Promise<Buffer> => {
  if (path !== undefined) return readFileAt(path, signal);
  if (stdin.isTTY) stderr.write('Paste the request, then press Enter and Ctrl-D.\n');
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stop = () => stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxInputBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(chunks);
};
