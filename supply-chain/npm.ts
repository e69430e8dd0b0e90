import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * The JSON output of an npm command, whatever its exit code.
 * @throws Error if the output is not JSON
 */
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
    throw new Error(`npm ${args.join(' ')} did not print JSON: ${stderr.trim().split('\n')[0] ?? ''}`);
  }
};
