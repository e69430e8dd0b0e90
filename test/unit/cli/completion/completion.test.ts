import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../fake-environment';

/** How each shell is asked for the candidates of a line, without its interactive part. */
const programs: Readonly<Record<string, string>> = {
  bash: `source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_gateway; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: `compdef() { : }
_describe() { local list=\${@[-1]}; print -l -- \${\${(P)list}%%:*} }
compadd() { print -l -- \${(P)2} }
_files() { print FILES }
_default() { print DEFAULT }
typeset -A _comps
source $1; shift
words=("$@"); CURRENT=$#; PREFIX=\${@[-1]}
_gateway`,
  fish: `source $argv[1]
complete -C (string join ' ' -- $argv[2..])`,
};

const argumentsOf = (shell: string, program: string): readonly string[] => {
  if (shell === 'fish') return ['--no-config', '-c', program];
  return shell === 'zsh' ? ['-f', '-c', program, shell] : ['--norc', '-c', program, shell];
};

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
/** Every system that develops this has bash. */
const shells = ['bash', ...['zsh', 'fish'].filter(isInstalled)];

const scriptOf = async (shell: string): Promise<string> => {
  const { exitCode, data } = await run(['completion', shell]);
  expect(exitCode).toBe(0);
  return data;
};

describe.each(shells)('completion in %s', (shell) => {
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-completion-'));
    writeFileSync(join(directory, 'script'), await scriptOf(shell));
    writeFileSync(join(directory, 'request.curl'), '');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** What the shell offers for the last word of a line. */
  const offered = (line: string): readonly string[] => {
    const words = line.split(' ');
    const { stdout, stderr } = spawnSync(
      shell,
      [...argumentsOf(shell, programs[shell] ?? ''), join(directory, 'script'), ...words],
      { encoding: 'utf8', cwd: directory, env: { PATH: process.env['PATH'], HOME: directory }, timeout: 20_000 },
    );
    expect(stderr).toBe('');
    const last = words.at(-1) ?? '';
    return [
      ...new Set(
        stdout
          .split('\n')
          .map((row) => row.split('\t')[0] ?? '')
          .filter((row) => row !== '' && row.startsWith(last)),
      ),
    ].sort();
  };

  it.each([
    ['npx gateway mess', ['messages']],
    ['npx gateway messages ', ['help', 'list', 'show']],
    ['gateway secret shared-key ', ['help', 'list', 'retire', 'set']],
    ['npx gateway messages list --js', ['--json']],
    ['npx gateway messages list --stag', ['--stage']],
    ['npx gateway messages list --stage ', ['dev', 'prod']],
    ['npx gateway --stage messages dead-letters ', ['help', 'list', 'redrive', 'show']],
    ['npx gateway dead-letters --json show --bo', ['--body']],
    ['npx gateway explain --route ', ['events', 'messages', 'status', 'usage']],
    ['npx gateway send status --status sent --err', ['--error-code']],
    ['npx gateway completion ', ['bash', 'fish', 'zsh']],
    ['npx gateway messages list --limit ', []],
  ])('offers for `%s` %j', (line, expected) => {
    expect(offered(line)).toEqual(expected);
  });

  it('leaves files, and other programs of npx, to the shell', () => {
    expect(offered('npx another-program mess')).toEqual([]);
    const files = offered('npx gateway explain --log ');
    // bash and zsh complete files outside of these functions.
    expect([[], ['FILES'], ['request.curl', 'script']]).toContainEqual(files);
    expect(files).not.toContain('list');
  });
});

test('every command and option of the program is in each script', async () => {
  const { data } = await run(['dead-letters', 'redrive', '--help']);
  const options = [...data.matchAll(/(?<= )--([a-z-]+)/g)].map(([, name = '']) => name);
  expect(options.length).toBeGreaterThan(6);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = await scriptOf(shell);
    for (const option of options) expect(script).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
    for (const path of ['dead-letters redrive', 'secret shared-key retire', 'breaker drill', 'doctor']) {
      expect(script).toContain(`'${path}'`);
    }
    expect(script).not.toContain('undefined');
  }
});

test('another shell is wrong usage', async () => {
  expect(await run(['completion', 'tcsh'])).toMatchObject({ exitCode: 2, data: '' });
});
