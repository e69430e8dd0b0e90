import { findPython } from '../../deploy/python';

const versions =
  (found: Readonly<Record<string, string>>) =>
  (command: string): string | undefined =>
    found[command];

test.each([
  ['the first that is recent enough', { python3: '3.9', python: '3.13' }, 'python'],
  ['the oldest that is supported', { python3: '3.10' }, 'python3'],
  ['a major version to come', { python3: '4.0' }, 'python3'],
])('the deployment rehearsal uses %s', (_what, found, command) => {
  expect(findPython(['python3', 'python'], versions(found)).command).toBe(command);
});

test.each([
  ['none', {}, 'Found python3: none, or without venv; python: none, or without venv.'],
  ['old ones only', { python3: '3.9', python: '2.7' }, 'Found python3: 3.9; python: 2.7.'],
])('rejects a machine with %s, and says what to install', (_what, found, seen) => {
  const find = () => findPython(['python3', 'python'], versions(found));
  expect(find).toThrow('needs Python 3.10 or later');
  expect(find).toThrow(seen);
  expect(find).toThrow('PYTHON=/path/to/python3');
});
