import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { developmentContext } from '../../lambda/shared/contract/bundle-recipe';
import { localAccountId, localRegion } from '../server/aws-identity';
import { UserError } from '../user-error';
import type { AppSettings } from './app-settings';
import { outputProblems } from './output-problems';

export interface RunOptions {
  /** The directory of the cloud assembly. */
  readonly outdir: string;
  /** The stacks whose assets are bundled, as patterns of their names. */
  readonly bundledStacks: readonly string[];
  /** Ends the commands. */
  readonly signal: AbortSignal;
  /** How long each command may run, in milliseconds. */
  readonly limitMs?: number;
}

/** Synthesizing takes seconds, but the app may build an image or its own packages first. */
const defaultLimitMs = 300_000;

/** Linux limits an environment variable to 128 kB. */
const maxVariableLength = 100_000;

/**
 * Synthesizes a CDK app by its own commands, as the CDK CLI does.
 * @throws UserError with the lines that say what is wrong
 */
export const runApp = async (settings: AppSettings, options: RunOptions): Promise<void> => {
  mkdirSync(options.outdir, { recursive: true });
  const env = { ...process.env, ...appEnvironment(settings, options) };
  for (const command of settings.commands) await runCommand(command, settings.directory, env, options);
};

const appEnvironment = ({ context }: AppSettings, { outdir, bundledStacks }: RunOptions): Record<string, string> => {
  const json = JSON.stringify({
    ...context,
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:version-reporting': false,
    'aws:cdk:bundling-stacks': bundledStacks,
    [developmentContext]: true,
  });
  return {
    // Nothing is looked up in an AWS account.
    CDK_DEFAULT_ACCOUNT: localAccountId,
    CDK_DEFAULT_REGION: localRegion,
    // Both take longer than everything else. `cdk synth` has them.
    CDK_VALIDATION: 'false',
    CDK_DISABLE_STACK_TRACE: '1',
    CDK_OUTDIR: outdir,
    ...(json.length <= maxVariableLength
      ? { CDK_CONTEXT_JSON: json }
      : { CDK_CONTEXT_JSON: '{}', CONTEXT_OVERFLOW_LOCATION_ENV: written(`${outdir}.context.json`, json) }),
  };
};

const written = (file: string, text: string): string => {
  writeFileSync(file, text);
  return file;
};

/** How long to wait for output after a command has ended, in milliseconds. */
const outputGraceMs = 1_000;

/** The beginning of a long output is dropped. */
const maxOutputLength = 100_000;

const runCommand = (
  command: string,
  directory: string,
  env: NodeJS.ProcessEnv,
  { signal, limitMs = defaultLimitMs }: RunOptions,
): Promise<void> =>
  new Promise((resolve, reject) => {
    // A process group of its own, so that the shell's children end with it.
    const child = spawn(command, {
      shell: true,
      cwd: directory,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (text: string): void => {
      output = (output + text).slice(-maxOutputLength);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', collect);
    let problem: string | undefined;
    const end = (reason: string): void => {
      problem ??= reason;
      killGroup(child.pid);
    };
    const killAtExit = (): void => killGroup(child.pid);
    const stop = (): void => end('The gateway is stopping.');
    const timer = setTimeout(
      () => end(`The app's command took more than ${limitMs / 1000} seconds: ${command}`),
      limitMs,
    );
    const settle = (failure: string | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      process.off('exit', killAtExit);
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      if (failure === undefined) resolve();
      else reject(new UserError(failure));
    };
    process.once('exit', killAtExit);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    child.once('error', (error) => settle(`The app's command cannot be started: ${command}: ${error.message}`));
    const finish = (code: number | null, by: NodeJS.Signals | null): void => {
      const ended = code === null ? String(by) : `exit code ${code}`;
      settle(problem ?? (code === 0 ? undefined : outputProblems(output, { command, directory, ended })));
    };
    child.once('close', finish);
    // A program that the command left behind may keep its output open.
    child.once('exit', (code, by) => setTimeout(finish, outputGraceMs, code, by).unref());
  });

const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};
