import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, projectRoot } from '../gateway/gateway-process';
import { startEmulator, type Emulator } from './emulator';
import { rehearsalEnvironment } from './environment';
import { pythonTools } from './python';
import { CannotRunError } from './user-error';

const print = (line: string): void => void writeSync(2, `${line}\n`);
const cache = join(projectRoot, '.cache', 'test-deploy');
/** As a shell reports a command that a signal ended. */
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const cannotRun = 2;

/** Runs the suites of this directory, and the suite of webhooks with them. @returns Jest's exit code */
const runSuites = (env: Record<string, string>, onStart: (stop: () => void) => void): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js'),
        ...['--config', join(projectRoot, 'test', 'deploy', 'jest.config.cjs')],
        ...process.argv.slice(2),
      ],
      // A process group of its own, so that a signal ends its workers and the commands that they run as well.
      { cwd: projectRoot, env: environment(env), stdio: 'inherit', detached: true },
    );
    onStart(() => {
      const runs = child.exitCode === null && child.signalCode === null;
      if (runs && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });

const main = async (): Promise<number> => {
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(tmpdir(), 'gateway-deploy-'));
  let emulator: Emulator | undefined;
  let stopSuites = (): void => undefined;
  const remove = () => rmSync(directory, { recursive: true, force: true });
  for (const [signal, code] of Object.entries(signalCodes)) {
    process.once(signal, () => {
      stopSuites();
      emulator?.kill();
      remove();
      process.exit(code);
    });
  }
  try {
    const tools = pythonTools(cache, print);
    emulator = await startEmulator(tools, directory);
    await emulator.ready();
    print(`MiniStack listens on ${emulator.endpoint}`);
    const env = rehearsalEnvironment({ endpoint: emulator.endpoint, directory, tools });
    const code = await runSuites(env, (stop) => (stopSuites = stop));
    if (code !== 0) {
      const kept = join(cache, 'emulator.log');
      copyFileSync(emulator.logFile, kept);
      print(`The emulator's log, with those of the functions: ${kept}`);
    }
    return code;
  } finally {
    await emulator?.stop();
    remove();
  }
};

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    print(error instanceof CannotRunError ? error.message : String(error instanceof Error ? error.stack : error));
    process.exitCode = error instanceof CannotRunError ? cannotRun : 1;
  },
);
