import { startProcess, type Finished } from '../gateway/gateway-process';

const limitMs = 120_000;

/** Runs a command to its end. */
export const run = async (cwd: string, command: string, ...args: readonly string[]): Promise<Finished> => {
  const started = startProcess(command, args, { cwd });
  const timer = setTimeout(() => started.child.kill('SIGKILL'), limitMs);
  try {
    return await started.finished;
  } finally {
    clearTimeout(timer);
  }
};

export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    command: string,
    readonly finished: Finished,
  ) {
    super(`${command} ended with ${String(finished.code)}\n${finished.stdout}\n${finished.stderr}`);
  }
}

/** The same, and returns its standard output. @throws CommandError unless it ends with 0 */
export const output = async (cwd: string, command: string, ...args: readonly string[]): Promise<string> => {
  const finished = await run(cwd, command, ...args);
  if (finished.code !== 0) throw new CommandError([command, ...args].join(' '), finished);
  return finished.stdout;
};
