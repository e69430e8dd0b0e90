import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, figure, type Figure } from '../figures';
import { startGateway } from '../local-gateway';
import { projectRoot } from '../programs';
import { ratios, sample } from '../sampling';
import type { Row } from './bench';

const rounds = 10;

/** The command as the package has it. */
const installed = join(projectRoot, 'dist', 'cli', 'main.mjs');

/** Milliseconds from the start of a process until its end. @throws Error if it fails */
const timeOf = (args: readonly string[], directory: string): number => {
  const since = performance.now();
  execFileSync(process.execPath, args, {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  return performance.now() - since;
};

/** How long the command takes, relative to a process that does nothing. The local gateway has no messages. */
export const command: Row = async ({ scratch, quick }) => {
  if (!existsSync(installed)) execFileSync('npm', ['run', 'build'], { cwd: projectRoot, stdio: 'ignore' });
  const gateway = await startGateway(scratch);
  const measured = {
    '--help': { args: [installed, '--help'], goal: atMost(2), times: [] as number[] },
    'messages list': { args: [installed, 'messages', 'list'], goal: atMost(6), times: [] as number[] },
  };
  const empty: number[] = [];
  try {
    for (let round = 0; round < (quick ? 2 : rounds); round += 1) {
      empty.push(timeOf(['-e', '0'], gateway.directory));
      for (const { args, times } of Object.values(measured)) times.push(timeOf(args, gateway.directory));
    }
  } finally {
    await gateway.stop();
  }
  const emptyMs = sample(empty).median;
  return Object.entries(measured).map(([name, { goal, times }]): Figure => {
    const note = `${sample(times).median.toFixed(0)} of ${emptyMs.toFixed(0)} ms`;
    return figure('command', `${name}, relative to node -e 0`, ratios(times, empty), '×', { goal, note });
  });
};
