/**
 * `npm run test:package`: builds and packs the package, installs it in three apps, and runs the suites of this
 * directory on them. Arguments are Jest's.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, projectRoot } from '../gateway/gateway-process';
import { CannotRunError, prepare } from './workspace/prepare';
import { directoryVariable } from './workspace/workspace';

const cannotRun = 3;
/** As a shell reports a command that a signal ended. */
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const print = (line: string): void => void writeSync(1, `${line}\n`);

/** @returns Jest's exit code */
const runSuites = (directory: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const jest = join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js');
    const config = join(projectRoot, 'test', 'package', 'jest.config.cjs');
    const child = spawn(process.execPath, [jest, '--config', config, ...process.argv.slice(2)], {
      cwd: projectRoot,
      env: environment({ [directoryVariable]: directory }),
      stdio: 'inherit',
    });
    process.once('exit', () => child.kill());
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });

const main = async (): Promise<number> => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-package-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const [signal, code] of Object.entries(signalCodes)) process.once(signal, () => process.exit(code));
  await prepare(directory, print);
  return runSuites(directory);
};

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    print(error instanceof CannotRunError ? error.message : String(error instanceof Error ? error.stack : error));
    process.exitCode = error instanceof CannotRunError ? cannotRun : 1;
  },
);
