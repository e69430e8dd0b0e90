import { PassThrough } from 'node:stream';
import { describeFailure } from '../../../../cli/terminal/failure';
import { readHidden } from '../../../../cli/terminal/read-hidden';

/** A fake keyboard or pipe, and the text that the prompt writes. */
const streams = (isTTY: boolean) => {
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  const stderr = Object.assign(new PassThrough(), { isTTY });
  let shown = '';
  stderr.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  // Only the parts of the streams that a prompt uses.
  const process = { stdin, stderr } as unknown as Pick<NodeJS.Process, 'stdin' | 'stderr'>;
  return { stdin, process, shown: () => shown };
};

const typeSoon = (stdin: PassThrough, keys: string): void => void setTimeout(() => stdin.write(keys), 200);

describe('a hidden prompt', () => {
  it('reads the typed text without showing it', async () => {
    const { stdin, process, shown } = streams(true);
    typeSoon(stdin, 'made-up-token\r');
    const { signal } = new AbortController();
    expect(await readHidden(process, 'Token: ', signal)).toBe('made-up-token');
    expect(shown()).toContain('Token: ');
    expect(shown()).not.toContain('made-up-token');
  });

  it('ends as an interruption on Ctrl-C, not as an error to report', async () => {
    const { stdin, process } = streams(true);
    typeSoon(stdin, '\u0003');
    const { signal } = new AbortController();
    const error: unknown = await readHidden(process, 'Token: ', signal).catch((thrown: unknown) => thrown);
    expect(describeFailure(error, signal)).toEqual({ text: 'Interrupted.', reason: 'interrupted', exitCode: 130 });
  });

  it('reads the first line of a pipe, and stops waiting for one when it is interrupted', async () => {
    const given = streams(false);
    given.stdin.end('made-up-token\r\nmore\n');
    expect(await readHidden(given.process, 'Token: ', new AbortController().signal)).toBe('made-up-token');
    const silent = streams(false);
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(), 50);
    await expect(readHidden(silent.process, 'Token: ', interruption.signal)).rejects.toThrow();
  });
});
