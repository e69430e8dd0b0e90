import { spawnSync } from 'node:child_process';
import { environment } from '../../gateway/gateway-process';
import { command, startDev } from '../dev';
import { output } from '../run';
import type { Timing, Workspace } from './workspace';

const runs = 10;
/** Other programs on the machine only make a command slower, so the best round counts. */
const maxRounds = 3;

/** How many times an empty `node -e 0` each command may take. */
export const allowedRatios = { help: 2, list: 6 } as const;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? 0)) / 2;
};

const millisecondsOf = (cwd: string, program: string, args: readonly string[]): number => {
  const startedAt = performance.now();
  const { status } = spawnSync(program, args, { cwd, env: environment(), stdio: 'ignore', timeout: 20_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(status)}`);
  return performance.now() - startedAt;
};

/** Next to each run there is one of an empty `node -e 0`, because the speed of a machine changes. */
const timeOf = (cwd: string, ...args: readonly string[]): Timing => {
  const pairs = Array.from({ length: runs }, () => ({
    empty: millisecondsOf(cwd, process.execPath, ['-e', '0']),
    command: millisecondsOf(cwd, command(cwd), args),
  }));
  const milliseconds = median(pairs.map((pair) => pair.command));
  return { milliseconds, ratio: milliseconds / median(pairs.map(({ empty }) => empty)) };
};

const bestTimeOf = (cwd: string, allowed: number, ...args: readonly string[]): Timing => {
  let best = timeOf(cwd, ...args);
  for (let round = 2; round <= maxRounds && best.ratio > allowed; round += 1) {
    const next = timeOf(cwd, ...args);
    if (next.ratio < best.ratio) best = next;
  }
  return best;
};

/** Measures `--help`, and `messages list` with a message in a gateway that runs in the directory of an app. */
export const measure = async (app: string): Promise<Workspace['times']> => {
  const gateway = await startDev(app);
  try {
    await output(app, command(app), 'send', 'sms', '--from', '+15550100001', '--body', 'hello');
    return {
      help: bestTimeOf(app, allowedRatios.help, '--help'),
      list: bestTimeOf(app, allowedRatios.list, 'messages', 'list'),
    };
  } finally {
    await gateway.stop();
  }
};
