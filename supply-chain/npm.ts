import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a command of npm printed as JSON, whether it found fault or not. @throws Error if it printed something else */
export const npmJson = (...args: readonly string[]): unknown => {
  const { stdout, stderr, error } = spawnSync('npm', args, {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
  });
  if (error !== undefined) throw new Error(`npm ${args.join(' ')} could not be run`, { cause: error });
  try {
    return JSON.parse(stdout) as unknown;
  } catch {
    throw new Error(`npm ${args.join(' ')} printed no JSON: ${stderr.trim().split('\n')[0] ?? ''}`);
  }
};
