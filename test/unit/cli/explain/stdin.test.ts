import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gatewayProgram } from '../../../helpers/built-programs';
import { readInput } from '../../../../cli/terminal/read-input';
import { curl, messagesUrl, signature, smsForm } from './fixture';

const directory = mkdtempSync(join(tmpdir(), 'explain-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const { signal } = new AbortController();

/** The streams of a process that readInput uses. */
const streams = (isTTY = false) => {
  const written: string[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = { write: (text: string) => written.push(text) > 0 };
  // Only the members that readInput uses.
  const process = { stdin, stderr } as unknown as Pick<NodeJS.Process, 'stdin' | 'stderr'>;
  return { process, stdin, written };
};

describe('the input of a command', () => {
  it('is a file, byte for byte', async () => {
    const path = join(directory, 'bytes');
    const bytes = Buffer.from([0, 255, 13, 10]);
    writeFileSync(path, bytes);
    expect(await readInput(streams().process, path, signal)).toEqual(bytes);
  });

  it('is standard input to its end, without a message', async () => {
    const { process, stdin, written } = streams();
    stdin.write('one ');
    stdin.end('two');
    expect((await readInput(process, undefined, signal)).toString()).toBe('one two');
    expect(written).toEqual([]);
  });

  it('says at a terminal how it ends', async () => {
    const { process, stdin, written } = streams(true);
    stdin.end('pasted');
    await readInput(process, undefined, signal);
    expect(written.join()).toContain('Ctrl-D');
  });

  it.each([
    ['is not there', join(directory, 'absent'), 'ENOENT'],
    ['is a directory', directory, 'EISDIR'],
  ])('rejects a file that %s', async (_title, path, code) => {
    await expect(readInput(streams().process, path, signal)).rejects.toMatchObject({
      name: 'CliError',
      exitCode: 2,
      message: expect.stringContaining(code),
    });
  });

  it('rejects when it is interrupted', async () => {
    const interruption = new AbortController();
    const reading = readInput(streams().process, undefined, interruption.signal);
    interruption.abort();
    await expect(reading).rejects.toThrow();
  });
});

describe('gateway explain as a process', () => {
  it('reads a file, and the token from standard input, with no gateway and no AWS', async () => {
    const path = join(directory, 'request.curl');
    const token = '0123456789abcdef0123456789abcdef';
    writeFileSync(path, curl({ signature: signature(`${messagesUrl}/`, smsForm, token) }));
    const args = [...gatewayProgram(), 'explain', path, '--url', messagesUrl, '--token-prompt'];
    const child = spawn(process.execPath, args, {
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: directory },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    child.stdin.end(`${token}\n`);
    const [exitCode] = await once(child, 'close');
    expect(output).toContain('Cause: the signed URL has a trailing slash (url-trailing-slash-added)');
    expect(output).not.toContain(token);
    expect(exitCode).toBe(1);
  });
});
