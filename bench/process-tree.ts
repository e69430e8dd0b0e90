import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

interface Process {
  readonly pid: number;
  readonly parent: number;
}

const run = promisify(execFile);

/** Linux counts in ticks of 10 ms. `ps` has whole seconds there, and hundredths on macOS. */
const ticksPerSecond = 100;

/** Microseconds of CPU, user and system, of a process and of those that it has started, ended ones included. */
export const treeCpuMicroseconds = async (pid: number): Promise<number> => {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const all = stdout
    .trim()
    .split('\n')
    .map((line): Process => {
      const [own = NaN, parent = NaN] = line.trim().split(/\s+/).map(Number);
      return { pid: own, parent };
    });
  const seconds = await Promise.all(treeOf(pid, all).map(process.platform === 'linux' ? linuxSeconds : psSeconds));
  return seconds.reduce((sum, value) => sum + value, 0) * 1_000_000;
};

const treeOf = (root: number, all: readonly Process[]): readonly number[] => [
  root,
  ...all.filter(({ parent }) => parent === root).flatMap(({ pid }) => treeOf(pid, all)),
];

/** The time of children that have ended is in their parent. A process that has ended meanwhile counts nothing. */
const linuxSeconds = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in parentheses, may contain spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.reduce((sum, value) => sum + value, 0) / ticksPerSecond;
};

const psSeconds = async (pid: number): Promise<number> => {
  const { stdout } = await run('ps', ['-o', 'time=', '-p', String(pid)]).catch(() => ({ stdout: '0:00' }));
  return stdout
    .trim()
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
};
