import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalState } from '../../local/state-file';
import { builtProgram } from '../helpers/built-programs';

export const projectRoot = join(__dirname, '..', '..');
/** Loads TypeScript as `npm start` and the `gateway` bin do, from any working directory. */
export const typescript = ['--import', pathToFileURL(require.resolve('tsx')).href];

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly finished: Promise<Finished>;
}

/** An environment without variables of Twilio or AWS. */
export const environment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(TWILIO|AWS|GATEWAY|npm|JEST)_/.test(name) ? [] : [[name, value]],
    ),
  ),
  ...extra,
});

export const startProcess = (
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Starts a new process group, as a terminal does for a foreground job. */
    readonly detached?: boolean;
  },
): StartedProcess => {
  const { cwd, env, detached = false } = options;
  const child = spawn(command, args, {
    cwd,
    env: environment(env),
    detached,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, finished };
};

/** Repeats until it does not throw; fails with the last error. */
export const eventually = async <T>(ask: () => T | Promise<T>, withinMs = 15_000): Promise<T> => {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

/** A program of this project is built once for all suites; one of a copy runs from its sources, as for a user. */
const program = (root: string, path: string): readonly string[] =>
  root === projectRoot ? builtProgram(path) : [...typescript, join(root, path)];

export interface WorkingDirectory {
  readonly path: string;
  /** Runs `npx gateway …` there. */
  gateway(...args: readonly string[]): Promise<Finished>;
  /** The same with `--json`, parsed; fails unless it ends with 0. */
  gatewayJson<T>(...args: readonly string[]): Promise<T>;
  /** Starts what `npm start -- …` runs: with the records of all functions on standard error, unless `--log` is given. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): StartedProcess;
  /** The same, and waits for its `ready` line. */
  startReady(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<ReadyGateway>;
  hasState(): boolean;
  /** Ends every gateway that is still running here, and deletes the directory. */
  remove(): Promise<void>;
}

export interface ReadyGateway extends StartedProcess {
  readonly state: LocalState;
  /** Sends a signal and waits until the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/**
 * An empty directory, as a user would have.
 * @param root of the project that runs
 */
export const workingDirectory = (root = projectRoot): WorkingDirectory => {
  const path = mkdtempSync(join(tmpdir(), 'gateway-e2e-'));
  const stateFile = join(path, '.gateway', 'local.json');
  const running = new Set<StartedProcess>();

  const gateway = (...args: readonly string[]): Promise<Finished> =>
    startProcess(process.execPath, [...program(root, 'bin/gateway.ts'), ...args], {
      cwd: path,
    }).finished;
  const start = (args: readonly string[], env?: Readonly<Record<string, string>>): StartedProcess => {
    const all = args.includes('--log') ? args : ['--log', 'json', ...args];
    const started = startProcess(process.execPath, [...program(root, 'local/main.ts'), ...all], {
      cwd: path,
      ...(env === undefined ? {} : { env }),
    });
    running.add(started);
    void started.finished.finally(() => running.delete(started));
    return started;
  };

  return {
    path,
    gateway,
    gatewayJson: async <T>(...args: readonly string[]) => {
      const { code, stdout, stderr } = await gateway(...args, '--json');
      if (code !== 0) throw new Error(`gateway ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
      // The caller checks the shape.
      return JSON.parse(stdout) as T;
    },
    start,
    startReady: async (args, env) => {
      const started = start(args, env);
      await readyLine(started);
      return {
        ...started,
        // Written by the program under test; the tests look at its shape.
        state: JSON.parse(readFileSync(stateFile, 'utf8')) as LocalState,
        stop: (signal = 'SIGTERM') => {
          started.child.kill(signal);
          return started.finished;
        },
      };
    },
    hasState: () => existsSync(stateFile),
    remove: async () => {
      for (const { child, finished } of running) {
        child.kill('SIGTERM');
        // A process that ignores SIGTERM must not outlive the tests.
        const lastResort = setTimeout(() => child.kill('SIGKILL'), 20_000);
        await finished;
        clearTimeout(lastResort);
      }
      rmSync(path, { recursive: true, force: true });
    },
  };
};

/** Waits for the line that begins with `ready `. @returns the base URL on it */
export const readyLine = async (started: StartedProcess): Promise<string> => {
  let ended: Finished | undefined;
  void started.finished.then((finished) => (ended = finished));
  for (;;) {
    const baseUrl = /^ready (\S+)\n/m.exec(started.stdout())?.[1];
    if (baseUrl !== undefined) return baseUrl;
    if (ended !== undefined) throw new Error(`It ended with ${String(ended.code)}: ${ended.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
