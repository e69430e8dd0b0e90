import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findState, otherGateways, writeStateFile, type LocalState } from '../../../../local/state-file';

const stateOf = (pid: number | undefined, port: number, more: Partial<LocalState> = {}): LocalState => ({
  pid: pid ?? 0,
  baseUrl: `http://127.0.0.1:${port}/dev`,
  publicUrl: null,
  webhooks: { messages: 'm', status: 's', usage: 'u', events: 'e' },
  endpoints: { sqs: 'q', dynamodb: 'd', secretsmanager: 's', sns: 'n', monitoring: 'm' },
  queues: { events: 'e', deadLetters: 'd' },
  tableName: 't',
  secretIds: ['s'],
  acceptGet: false,
  handlers: [],
  region: 'us-east-1',
  ...more,
});

let directory = '';
const processes: ChildProcess[] = [];
/** A process that runs until it is killed. */
const startProcess = (): ChildProcess => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  processes.push(child);
  return child;
};
const kill = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-state-'));
});
afterEach(async () => {
  await Promise.all(processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).map(kill));
  processes.length = 0;
  rmSync(directory, { recursive: true, force: true });
});
const folder = (): string => join(directory, '.gateway');
const files = (): readonly string[] => readdirSync(folder()).sort();
const read = (name: string): LocalState => JSON.parse(readFileSync(join(folder(), name), 'utf8')) as LocalState;
const found = (): LocalState => JSON.parse(findState(directory) ?? '') as LocalState;

test('only its owner may read the file', () => {
  writeStateFile(directory, stateOf(process.pid, 3000));
  expect(statSync(join(folder(), 'local.json')).mode & 0o777).toBe(0o600);
});

test('the file of an earlier version that others could read is replaced by one that they cannot', () => {
  mkdirSync(folder());
  writeFileSync(join(folder(), 'local.json'), '{}');
  chmodSync(join(folder(), 'local.json'), 0o644);
  writeStateFile(directory, stateOf(process.pid, 3000));
  expect(statSync(join(folder(), 'local.json')).mode & 0o777).toBe(0o600);
});

test('commands use the second gateway until it stops, then the first again', () => {
  const [first, second] = [stateOf(startProcess().pid, 3000), stateOf(startProcess().pid, 3001)];
  const removeFirst = writeStateFile(directory, first);
  const removeSecond = writeStateFile(directory, second);
  expect(read('local.json')).toEqual(second);
  expect(read('local-3000.json')).toEqual(first);
  expect(found()).toEqual(second);
  expect(otherGateways(directory, second)).toEqual([first]);
  removeSecond();
  expect(files()).toEqual(['local.json']);
  expect(found()).toEqual(first);
  removeFirst();
  expect(files()).toEqual([]);
  expect(findState(directory)).toBeUndefined();
});

test('the first gateway may stop first', () => {
  const [first, second] = [stateOf(startProcess().pid, 3000), stateOf(startProcess().pid, 3001)];
  const removeFirst = writeStateFile(directory, first);
  const removeSecond = writeStateFile(directory, second);
  removeFirst();
  expect(files()).toEqual(['local.json']);
  expect(found()).toEqual(second);
  removeSecond();
  expect(files()).toEqual([]);
});

test('a redeployment of the first gateway does not take the place of the second', () => {
  const [first, second] = [stateOf(startProcess().pid, 3000), stateOf(startProcess().pid, 3001)];
  writeStateFile(directory, first);
  const removeSecond = writeStateFile(directory, second);
  const redeployed = { ...first, tableName: 'other' };
  const removeFirst = writeStateFile(directory, redeployed);
  expect(found()).toEqual(second);
  removeSecond();
  expect(found()).toEqual(redeployed);
  removeFirst();
  expect(files()).toEqual([]);
});

test('if the second gateway is killed, commands find the first', async () => {
  const killed = startProcess();
  const [first, second] = [stateOf(startProcess().pid, 3000), stateOf(killed.pid, 3001)];
  writeStateFile(directory, first);
  writeStateFile(directory, second);
  await kill(killed);
  expect(found()).toEqual(first);
});

test('the next start deletes the files of gateways that were killed', async () => {
  const [one, other] = [startProcess(), startProcess()];
  writeStateFile(directory, stateOf(one.pid, 3000));
  writeStateFile(directory, stateOf(other.pid, 3001));
  writeFileSync(join(folder(), 'local-3002.json'), '{ damaged');
  expect(files()).toEqual(['local-3000.json', 'local-3002.json', 'local.json']);
  await Promise.all([kill(one), kill(other)]);
  const remove = writeStateFile(directory, stateOf(process.pid, 3003));
  expect(files()).toEqual(['local.json']);
  remove();
  expect(files()).toEqual([]);
});

test('a file with the port of this gateway is not that of another one, even if its process id is in use', () => {
  writeStateFile(directory, stateOf(startProcess().pid, 3000));
  writeStateFile(directory, stateOf(startProcess().pid, 3001));
  const state = stateOf(process.pid, 3000);
  writeStateFile(directory, state);
  expect(otherGateways(directory, state).map(({ baseUrl }) => baseUrl)).toEqual(['http://127.0.0.1:3001/dev']);
});

test('of three gateways, the last that still runs is used', () => {
  const states = [3000, 3001, 3002].map((port) => stateOf(startProcess().pid, port));
  const removes = states.map((state) => writeStateFile(directory, state));
  removes[2]?.();
  expect(found()).toEqual(states[1]);
  removes[1]?.();
  expect(found()).toEqual(states[0]);
});

test('without a gateway, the text of the last file is returned as it is, for an error that names it', () => {
  expect(findState(directory)).toBeUndefined();
  mkdirSync(folder());
  writeFileSync(join(folder(), 'local.json'), '{ damaged');
  expect(findState(directory)).toBe('{ damaged');
});
