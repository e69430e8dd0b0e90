import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { environment } from '../gateway/gateway-process';
import { awsRegion } from './environment';
import { CannotRunError } from './user-error';

export interface Emulator {
  readonly endpoint: string;
  readonly logFile: string;
  /** @throws CannotRunError if it does not come up */
  ready(): Promise<void>;
  /** Ends it and every function that it runs, at once; safe to call twice. */
  kill(): void;
  /** The same, giving it time to end by itself. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const answers = async (endpoint: string): Promise<boolean> => {
  try {
    return (await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

/**
 * Starts MiniStack on a free port of the loopback interface, with nothing in it.
 * @param tools the directory of its command
 * @param directory where it may write
 */
export const startEmulator = async (tools: string, directory: string): Promise<Emulator> => {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const home = join(directory, 'emulator');
  mkdirSync(home, { recursive: true });
  const logFile = join(directory, 'emulator.log');
  const log = openSync(logFile, 'a');
  const child = spawn(join(tools, 'ministack'), [], {
    cwd: home,
    env: environment({
      // It runs functions on the first node of the PATH: the one that runs this.
      PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      HOME: home,
      TMPDIR: home,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: awsRegion,
      // Other listeners of its own, on every interface.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      // Where there is a Docker it would tidy up in it.
      LAMBDA_EXECUTOR: 'local',
      DOCKER_HOST: `unix://${join(home, 'no-docker.sock')}`,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    }),
    // A process group of its own: functions are its children, and end with it.
    detached: true,
    stdio: ['ignore', log, log],
  });
  const state = { ended: false };
  const end = new Promise<void>((resolve) => {
    const settle = () => {
      state.ended = true;
      resolve();
    };
    child.once('error', settle).once('exit', settle);
  });
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // There is nothing left of the group.
    }
  };
  const kill = () => signal('SIGKILL');
  const stop = async (): Promise<void> => {
    signal('SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([end, new Promise((resolve) => (timer = setTimeout(resolve, stopTimeoutMs)))]);
    clearTimeout(timer);
    kill();
  };
  const ready = async (): Promise<void> => {
    const until = Date.now() + startTimeoutMs;
    while (!(await answers(endpoint))) {
      if (state.ended || Date.now() > until) {
        throw new CannotRunError(`The emulator did not start:\n${readFileSync(logFile, 'utf8')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return { endpoint, logFile, ready, kill, stop };
};
