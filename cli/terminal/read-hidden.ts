/**
 * Reads one secret line: without echo at a terminal, otherwise the first line of standard input.
 * @throws ExitPromptError or AbortPromptError if the prompt is cancelled
 */
export const readHidden = async (
  { stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>,
  question: string,
  signal: AbortSignal,
): Promise<string> => {
  if (stdin.isTTY) {
    const { default: password } = await import('@inquirer/password');
    return password({ message: question, mask: false }, { input: stdin, output: stderr, signal });
  }
  const chunks: Buffer[] = [];
  // The other end of the pipe may never close it.
  const stop = () => stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/)[0] ?? '';
};
