import { join } from 'node:path';
import { eventually, readyLine, startProcess, type Finished, type StartedProcess } from '../gateway/gateway-process';
import { output } from './run';

/** A gateway that `dev` runs in the directory of an app. */
export interface DevGateway {
  readonly baseUrl: string;
  readonly process: StartedProcess;
  readonly stop: () => Promise<Finished>;
}

/** The command as npm installed it. */
export const command = (app: string): string => join(app, 'node_modules', '.bin', 'twilio-webhook-gateway');

/** Starts `twilio-webhook-gateway dev` in an app, and waits for its `ready` line. */
export const startDev = async (app: string, ...args: readonly string[]): Promise<DevGateway> => {
  const started = startProcess(command(app), ['dev', '--port', '0', ...args], { cwd: app });
  const stop = async (): Promise<Finished> => {
    started.child.kill('SIGTERM');
    // A process that ignores SIGTERM must not outlive the tests.
    const lastResort = setTimeout(() => started.child.kill('SIGKILL'), 20_000);
    const finished = await started.finished;
    clearTimeout(lastResort);
    return finished;
  };
  return { baseUrl: await readyLine(started), process: started, stop };
};

/** The output of a command with `--json`, parsed. */
export const commandJson = async <T>(app: string, ...args: readonly string[]): Promise<T> =>
  // The caller checks the shape.
  JSON.parse(await output(app, command(app), ...args, '--json')) as T;

/** Waits until a command's list contains an entry. */
export const listed = <T>(app: string, args: readonly string[], isWanted: (entry: T) => boolean): Promise<T> =>
  eventually(async () => {
    const entries = await commandJson<readonly T[]>(app, ...args);
    const found = entries.find(isWanted);
    if (found === undefined) throw new Error(`${args.join(' ')}: ${JSON.stringify(entries)}`);
    return found;
  });
