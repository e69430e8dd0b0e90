/**
 * `npm test`: types, lint and format are checked while the suites run, which wait half of their time. The check is
 * silent unless it fails, so that the counts of the suites are the last line. Arguments are Jest's:
 * `npm test -- test/unit`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');

interface Finished {
  readonly code: number;
  readonly output: string;
}

const run = (command: string, args: readonly string[], stdio: 'inherit' | 'pipe'): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdio, stdio] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });

const check = async (): Promise<number> => {
  const { code, output } = await run('npm', ['run', '--silent', 'check'], 'pipe');
  if (code !== 0) process.stderr.write(`\nnpm run check failed:\n${output}\n`);
  return code;
};

const suites = async (): Promise<number> => {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  return (await run(process.execPath, [jest, ...process.argv.slice(2)], 'inherit')).code;
};

void Promise.all([check(), suites()]).then(([checkCode, suitesCode]) => {
  process.exitCode = checkCode === 0 ? suitesCode : checkCode;
});
