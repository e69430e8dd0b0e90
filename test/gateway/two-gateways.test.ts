import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromNumber } from '../helpers/test-account';
import { eventually, readyLine, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';

const timeoutMs = 120_000;
let directory: WorkingDirectory;
let first: ReadyGateway;
beforeAll(async () => {
  directory = workingDirectory();
  first = await directory.startReady(['--port', '0']);
}, timeoutMs);
afterAll(() => directory.remove());

/** The gateway that commands use, by the URL that they send to. */
const used = async (): Promise<string> => {
  const { stdout, stderr } = await directory.gateway('send', 'sms', '--from', fromNumber, '--body', 'hello', '--json');
  return /http:\/\/127\.0\.0\.1:\d+\/dev/.exec(stdout + stderr)?.[0] ?? stderr;
};
const files = (): readonly string[] => readdirSync(join(directory.path, '.gateway')).sort();
const ownFileOf = ({ state }: ReadyGateway): string => `local-${new URL(state.baseUrl).port}.json`;

test(
  'of two gateways in a directory, commands use the second until it stops, and then the first',
  async () => {
    const second = await directory.startReady(['--port', '0']);
    expect(second.stdout()).toContain(
      `another gateway runs in this directory, ${first.state.baseUrl}: commands use this one until it stops\n`,
    );
    expect(files()).toEqual([ownFileOf(first), 'local.json']);
    expect(await used()).toBe(second.state.baseUrl);
    expect(await second.stop()).toMatchObject({ code: 0 });
    expect(files()).toEqual(['local.json']);
    expect(await used()).toBe(first.state.baseUrl);
    expect(statSync(join(directory.path, '.gateway', 'local.json')).mode & 0o777).toBe(0o600);
  },
  timeoutMs,
);

test(
  'if the second is killed, commands find the first, and the next start deletes what is left',
  async () => {
    const killed = await directory.startReady(['--port', '0']);
    await killed.stop('SIGKILL');
    expect(await used()).toBe(first.state.baseUrl);
    const next = directory.start(['--port', '0']);
    const baseUrl = await readyLine(next);
    expect(files()).toEqual([ownFileOf(first), 'local.json']);
    expect(await used()).toBe(baseUrl);

    // The first stops first.
    expect(await first.stop()).toMatchObject({ code: 0 });
    expect(files()).toEqual(['local.json']);
    expect(await used()).toBe(baseUrl);
    next.child.kill('SIGTERM');
    expect(await next.finished).toMatchObject({ code: 0 });
    await eventually(() => expect(files()).toEqual([]));
    expect(await used()).toContain('No local gateway is running in this directory.');
  },
  timeoutMs,
);
