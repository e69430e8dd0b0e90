import { projectRoot, startProcess, type Finished } from '../gateway/gateway-process';
import { commandEnvironment } from './environment';

const timeoutMs = 240_000;

/** Runs a command of the project's root against the emulator, to its end. @param env added to its environment */
export const run = async (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> => {
  const started = startProcess(command, args, { cwd: projectRoot, env: { ...commandEnvironment(), ...env } });
  const timer = setTimeout(() => started.child.kill('SIGKILL'), timeoutMs);
  try {
    return await started.finished;
  } finally {
    clearTimeout(timer);
  }
};

/** Runs the CDK CLI that the project pins. @throws Error with what it printed, unless it ends with 0 */
export const cdk = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run('npx', ['--no-install', 'cdk', ...args, '--no-notices', '--ci']);
  if (code !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${String(code)}\n${stdout}\n${stderr}`);
  return stdout + stderr;
};
