import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { CommandContext } from '../context';
import { CliError } from '../terminal/cli-error';
import { cli } from '../terminal/program-name';
import { terminalLines } from '../terminal/terminal-text';
import { planInit, type FileChange } from './plan';

interface InitOptions {
  readonly yes?: true;
}

const help = `
Puts the gateway into the CDK app of a directory: the construct into its only stack, or into a stack of its own; a
handler that replies; twilio.config.ts; two scripts and the packages in package.json. In an empty directory it makes a
new app. The app must be in TypeScript.

It shows every change as a diff and asks before it writes. It never overwrites your code. If you run it
again, it adds only what is missing. --stage names the stage of the gateway (default: dev).

Exit status: 0 if everything is written or there was nothing to do, 1 if not.

Examples:
  $ ${cli} init
  $ ${cli} init my-gateway --yes
  $ ${cli} init --stage prod
`;

const patchOf = ({ path, before, after }: FileChange, { paint }: CommandContext): string =>
  createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${path}`,
    `b/${path}`,
    before ?? '',
    after,
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY },
  )
    .trimEnd()
    .split('\n')
    .map((line) => {
      const text = terminalLines(line);
      if (/^(?:---|\+\+\+)/.test(line)) return paint.bold(text);
      if (line.startsWith('+')) return paint.green(text);
      return line.startsWith('-') ? paint.red(text) : text;
    })
    .join('\n');

/** @throws CliError if somebody has changed the file since it was read */
const write = async (directory: string, { path, before, after }: FileChange): Promise<void> => {
  const file = join(directory, path);
  if (before === undefined) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, after, { flag: 'wx' });
    return;
  }
  if ((await readFile(file, 'utf8')) !== before) {
    throw new CliError(`${path} has changed in the meantime, and stays as it is. Run init again.`);
  }
  await writeFile(file, after);
};

const isAgreed = async ({ yes }: InitOptions, files: number, context: CommandContext): Promise<boolean> => {
  if (yes === true) return true;
  if (context.confirm === undefined) {
    context.output.note('Nothing was written: run init in a terminal, or with --yes.');
    return false;
  }
  if (await context.confirm(`Write ${files === 1 ? 'this file' : `these ${files} files`}? [y/N] `)) return true;
  context.output.note('Nothing was written.');
  return false;
};

const init = async (given: string | undefined, options: InitOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const here = context.workingDirectory();
  const directory = resolve(here, given ?? '.');
  const stage = context.choice().stage ?? 'dev';
  // What the construct accepts.
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(stage)) {
    throw new CliError('A stage name has up to 16 lower-case letters, digits and hyphens; a letter is first.', 2);
  }
  const { changes, notes } = planInit(directory, stage);
  for (const note of notes) output.note(note);
  if (changes.length === 0) {
    output.data('The gateway is there: nothing to do.');
    return;
  }
  for (const change of changes) output.data(patchOf(change, context));
  if (!(await isAgreed(options, changes.length, context))) {
    context.exitWithFailure();
    return;
  }
  for (const change of changes) await write(directory, change);
  const place = relative(here, directory);
  const enter = place === '' ? '' : `cd ${place}, then `;
  output.note(`Next: ${enter}npm install, then npm run dev`);
};

export const registerInit = (command: Command, context: CommandContext): void => {
  command
    .argument('[directory]', 'the directory of the app (default: this one)')
    .option('--yes', 'write without asking')
    .addHelpText('after', help)
    .action((directory: string | undefined, options: InitOptions) => init(directory, options, context));
};
