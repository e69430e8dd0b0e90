import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { LocalState } from '../local/state-file';
import { treeCpuMicroseconds } from './process-tree';
import { projectRoot } from './programs';
import { account } from './webhooks';

export interface StartedGateway {
  /** Where it runs. */
  readonly directory: string;
  readonly state: LocalState;
  /** Resident memory of the process, all its workers included, in megabytes. */
  memoryMb(): Promise<number>;
  /** Of the process and those that it has started. */
  readonly cpuMicroseconds: () => Promise<number>;
  stop(): Promise<void>;
}

/**
 * Runs the program of `npm start` in a temporary directory, with the benchmark's account.
 * @param program another one that writes the state file and prints `ready`, with its arguments
 */
export const startGateway = async (
  scratch: string,
  program: readonly [string, ...string[]] = ['local/main.ts', '--port', '0', '--log', 'json'],
): Promise<StartedGateway> => {
  const [file, ...args] = program;
  const directory = mkdtempSync(join(scratch, 'local-'));
  const typescript = pathToFileURL(require.resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', typescript, join(projectRoot, file), ...args], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      TWILIO_ACCOUNT_SID: account.accountSid,
      TWILIO_AUTH_TOKEN: account.authToken,
    },
    // Its logs are discarded.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  await new Promise<void>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (/^ready /m.test(output)) resolve();
    });
    void ended.then(([code]: unknown[]) => reject(new Error(`${file} ended with ${String(code)}.`)));
  });
  return {
    directory,
    // The gateway wrote it.
    state: JSON.parse(readFileSync(join(directory, '.gateway', 'local.json'), 'utf8')) as LocalState,
    memoryMb: async () => {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(child.pid)]);
      return Number(stdout) / 1024;
    },
    cpuMicroseconds: () => treeCpuMicroseconds(child.pid ?? 0),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};
