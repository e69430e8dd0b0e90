import { spawn, type ChildProcess } from 'node:child_process';
import type { Reply } from './programs/commands';

/** A program of the bench that runs until it is stopped. */
export interface RunningProgram<Ready> {
  readonly ready: Ready;
  /** Rejects with the program's own words. One call at a time. */
  call<T>(command: string, argument?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** Made up, and the only ones a program sees: nothing of the shell's AWS configuration takes part. */
export const awsEnvironment = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  // As Lambda runs functions; the SDK's warning about Node 20 is not what is measured.
  NODE_ENV: 'production',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

export type Environment = Readonly<Record<string, string>>;

const running = new Set<ChildProcess>();

/** Starts a built program and waits until it says that it is ready. */
export const startProgram = async <Ready>(
  file: string,
  environment: Environment,
  args: readonly string[] = [],
): Promise<RunningProgram<Ready>> => {
  // What a function logs (warnings go to standard error) is thrown away: writing it is its cost, reading it would be ours.
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...awsEnvironment, ...environment },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => running.delete(child));
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const onClose = (code: number | null) => reject(new Error(`${file} ended with ${String(code)}.`));
      child.once('close', onClose);
      child.once('message', (reply: Reply) => {
        child.off('close', onClose);
        if (reply.kind === 'error') reject(new Error(reply.message));
        else resolve(reply.value);
      });
    });
  // What a program answers is agreed with it by name.
  const ready = (await next()) as Ready;
  return {
    ready,
    call: async <T>(command: string, argument?: unknown) => {
      const answer = next();
      child.send({ command, argument });
      return (await answer) as T;
    },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
};

/** For the end of the bench, however it ends. */
export const stopAllPrograms = (): void => {
  for (const child of running) child.kill();
};
