/**
 * Reads one line that nobody should see: at a terminal without echo, elsewhere the first line of standard input.
 * @throws ExitPromptError or AbortError where the person gives up
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
  for await (const chunk of stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/)[0] ?? '';
};
