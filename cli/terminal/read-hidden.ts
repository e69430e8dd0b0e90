/**
 * Reads one line that nobody should see: at a terminal without echo, elsewhere the first line of standard input.
 * @throws ExitPromptError or AbortPromptError where the person gives up
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
  // What feeds it may never end by itself.
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
