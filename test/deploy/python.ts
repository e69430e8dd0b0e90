import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../gateway/gateway-process';
import { CannotRunError } from './user-error';

/** MiniStack needs it: https://pypi.org/project/ministack/ */
const oldest = [3, 10] as const;
const requirements = join(projectRoot, 'test', 'deploy', 'requirements.txt');
const constraints = join(projectRoot, 'test', 'deploy', 'constraints.txt');
const installTimeoutMs = 10 * 60_000;

/** The version of a Python, `3.11`, or why it cannot be used. */
const versionOf = (command: string): string | undefined => {
  const { status, stdout } = spawnSync(
    command,
    ['-c', 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'],
    { encoding: 'utf8', timeout: 20_000 },
  );
  return status === 0 ? stdout.trim() : undefined;
};

const isRecent = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
};

/**
 * The first Python that is good enough.
 * @throws CannotRunError that says what was found and what to install
 */
export const findPython = (
  candidates: readonly string[],
  version: (command: string) => string | undefined = versionOf,
): { readonly command: string; readonly version: string } => {
  const found = candidates.map((command) => ({ command, version: version(command) }));
  for (const { command, version: which } of found) {
    if (which !== undefined && isRecent(which)) return { command, version: which };
  }
  const seen = found.map(({ command, version: which }) => `${command}: ${which ?? 'none, or without venv'}`);
  throw new CannotRunError(
    `npm run test:deploy needs Python ${oldest.join('.')} or later with its modules venv and ensurepip, for the emulator of AWS and the ` +
      `template linters. Found ${seen.join('; ')}. Install it (Debian: apt-get install python3-venv), or name one: PYTHON=/path/to/python3.`,
  );
};

/**
 * The virtual environment with the pinned tools. Creates it if there is none for this Python and these pins.
 * @returns its directory of commands
 * @throws CannotRunError where Python is missing or pip fails
 */
export const pythonTools = (cacheDirectory: string, print: (line: string) => void): string => {
  const named = process.env['PYTHON'];
  const python = findPython(named === undefined ? ['python3', 'python'] : [named]);
  const pins = createHash('sha256').update(readFileSync(requirements)).update(readFileSync(constraints));
  const directory = join(cacheDirectory, `python-${python.version}-${pins.digest('hex').slice(0, 12)}`);
  const complete = join(directory, 'complete');
  const commands = join(directory, 'bin');
  if (existsSync(complete)) return commands;
  print(
    `Installing ${
      readFileSync(requirements, 'utf8')
        .match(/^[\w-]+==\S+/gm)
        ?.join(', ') ?? ''
    } …`,
  );
  rmSync(directory, { recursive: true, force: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  execute(python.command, ['-m', 'venv', directory]);
  execute(join(commands, 'python'), [...pip, '-r', requirements, '-c', constraints]);
  writeFileSync(complete, '');
  return commands;
};

const execute = (command: string, args: readonly string[]): void => {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: installTimeoutMs });
  if (status === 0) return;
  throw new CannotRunError(`${command} ${args.join(' ')} failed: ${error?.message ?? ''}\n${stderr}`);
};
