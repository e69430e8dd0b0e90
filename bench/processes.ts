import { spawn, type ChildProcess } from 'node:child_process';
import type { Reply } from './programs/commands';

/** A benchmark program that runs until it is stopped. */
export interface RunningProgram<Ready> {
  readonly ready: Ready;
  /** Rejects with the program's error. One call at a time. */
  call<T>(command: string, argument?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** Invented credentials. Programs get no other AWS configuration, so the shell's has no effect. */
export const awsEnvironment = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  // As on Lambda, and without the SDK's warning about Node 20.
  NODE_ENV: 'production',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

export type Environment = Readonly<Record<string, string>>;

const running = new Set<ChildProcess>();

/**
 * Starts a built program and waits until it says that it is ready.
 * @param onOutput gets what it writes to stdout, which is discarded otherwise
 */
export const startProgram = async <Ready>(
  file: string,
  environment: Environment,
  args: readonly string[] = [],
  onOutput?: (text: string) => void,
): Promise<RunningProgram<Ready>> => {
  // Logs are discarded: writing them is a cost of the function, reading them would be a cost of the benchmark.
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...awsEnvironment, ...environment },
    stdio: ['ignore', onOutput === undefined ? 'ignore' : 'pipe', 'ignore', 'ipc'],
  });
  if (onOutput !== undefined) child.stdout?.setEncoding('utf8').on('data', onOutput);
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => running.delete(child));
  const nextReply = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const onClose = (code: number | null) => reject(new Error(`${file} ended with ${String(code)}.`));
      child.once('close', onClose);
      child.once('message', (reply: Reply) => {
        child.off('close', onClose);
        if (reply.kind === 'error') reject(new Error(reply.message));
        else resolve(reply.value);
      });
    });
  // Caller and program agree on the type.
  const ready = (await nextReply()) as Ready;
  return {
    ready,
    call: async <T>(command: string, argument?: unknown) => {
      const answer = nextReply();
      child.send({ command, argument });
      return (await answer) as T;
    },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
};

/** Called at the end of the benchmark, even after an error. */
export const stopAllPrograms = (): void => {
  for (const child of running) child.kill();
};
