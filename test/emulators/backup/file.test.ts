import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTableName as tableName, type EventTable } from '../../helpers/event-table';
import { run } from '../../unit/cli/fake-environment';
import { backupTable, startBackupFixture, storeEachKind, type BackupFixture } from './fixture';

let fixture: BackupFixture;
let from: EventTable;
let to: EventTable;
beforeAll(async () => {
  fixture = await startBackupFixture();
  ({ from, to } = fixture);
});
afterAll(() => fixture.close());
beforeEach(() => fixture.clear());

describe('a file', () => {
  let path = '';
  beforeEach(async () => {
    await storeEachKind(from);
    path = join(fixture.directory, await fixture.create());
  });
  const rejected = async (): Promise<string> => {
    const [checked, restored] = [
      await fixture.gateway(to.client, 'check', path),
      await fixture.gateway(to.client, 'restore', path, '--yes'),
    ];
    expect([checked.exitCode, restored.exitCode]).toEqual([1, 1]);
    expect(await to.rows()).toEqual([]);
    return restored.notes;
  };
  const edit = (change: (text: string) => string): void => writeFileSync(path, change(readFileSync(path, 'utf8')));
  const lines = (change: (all: string[]) => string[]): void => edit((text) => change(text.split('\n')).join('\n'));

  test('that is complete says what is in it', async () => {
    const { exitCode, data } = await fixture.gateway(to.client, 'check', path, '--json');
    expect(exitCode).toBe(0);
    const items = await from.rows();
    const markers = items.filter(({ sk }) => sk?.S === 'SIGNED').length;
    expect(JSON.parse(data)).toMatchObject({ items: items.length, kinds: { markers, optOuts: 1 } });
    expect((await fixture.gateway(to.client, 'check', path)).data).toContain(`markers   ${markers}`);
  });

  test('that was cut off between two lines is refused', async () => {
    lines((all) => [...all.slice(0, -2), '']);
    expect(await rejected()).toContain('its last line is missing');
  });

  test('that was cut off in any place is refused', async () => {
    for (const share of [0.9, 0.5, 0.1]) {
      truncateSync(path, Math.floor(statSync(path).size * share));
      expect(await rejected()).toContain('cannot be restored');
    }
  });

  test('of which a line is missing, or was changed, is refused', async () => {
    const whole = readFileSync(path, 'utf8');
    lines((all) => all.filter((_, index) => index !== 3));
    expect(await rejected()).toContain('it was changed, or a part of it is missing');
    writeFileSync(path, whole.replace('Is this the one?', 'Is this the two?'));
    expect(await rejected()).toContain('it was changed');
  });

  test('that is not a backup, or of another version, is refused', async () => {
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, '{}\n');
    expect(await rejected()).toContain('something follows its last line');
    writeFileSync(path, whole.replace('"version":1', '"version":2'));
    expect(await rejected()).toContain('another version');
    writeFileSync(path, whole.replace('"itemSchema":2', '"itemSchema":3'));
    expect(await rejected()).toContain('another version');
    writeFileSync(path, 'sid,from,to\r\nSM1,a,b\r\n');
    expect(await rejected()).toContain('is not a backup');
    writeFileSync(path, '');
    expect(await rejected()).toContain('its last line is missing');
  });

  test('with a line that is not an item is refused, even if its hash is right', async () => {
    const [header = ''] = readFileSync(path, 'utf8').split('\n');
    const text = `${header}\n{"pk":{"S":"x"},"sk":{"S":5}}\n`;
    const sha256 = createHash('sha256').update(text).digest('hex');
    writeFileSync(path, `${text}${JSON.stringify({ items: 1, sha256, finishedAt: '' })}\n`);
    expect(await rejected()).toContain('line 2 is not an item');
  });
});

test('restore asks, and changes nothing without an answer', async () => {
  const file = await fixture.create();
  expect(await fixture.gateway(to.client, 'restore', file)).toMatchObject({ exitCode: 2 });
  expect(await fixture.gateway(to.client, 'restore', file, '--yes', '--dry-run')).toMatchObject({ exitCode: 2 });
  expect(await fixture.gateway(from.client, 'create', '--file', file)).toMatchObject({ exitCode: 2 });
});

test('restore goes on after a yes', async () => {
  await storeEachKind(from);
  const file = await fixture.create();
  const answer = (yes: boolean) =>
    run(['backup', 'restore', file], {
      workingDirectory: fixture.directory,
      confirm: () => Promise.resolve(yes),
      backup: () => Promise.resolve(backupTable(to.client)),
    });
  expect((await answer(false)).notes).toContain('Nothing was restored.');
  expect(await to.rows()).toEqual([]);
  expect((await answer(true)).data).toMatch(/^\d+ items: \d+ restored, 0 merged/);
  expect(await to.rows()).toHaveLength((await from.rows()).length);
});

test('a backup of another table asks for that table, and a failure leaves no file', async () => {
  const names: (string | undefined)[] = [];
  const { exitCode, notes } = await run(['backup', 'create', '--file', 'rescued.ndjson', '--table', 'rescued'], {
    workingDirectory: fixture.directory,
    backup: (name) => {
      names.push(name);
      return Promise.resolve(backupTable(from.client, name));
    },
  });
  expect(exitCode).toBe(1);
  expect(names).toEqual(['rescued']);
  expect(notes).not.toBe('');
  expect(readdirSync(fixture.directory).filter((name) => name.startsWith('rescued'))).toEqual([]);
  expect((await fixture.gateway(to.client, 'check', 'rescued.ndjson')).notes).toContain('cannot be read (ENOENT)');
});

test('an attribute that the gateway never writes is not left out in silence', async () => {
  await from.client.putItem({
    TableName: tableName,
    Item: { pk: { S: 'x' }, sk: { S: 'x' }, bytes: { B: Buffer.from('x') } },
  });
  const { exitCode, notes } = await fixture.gateway(from.client, 'create', '--file', 'bytes.ndjson');
  expect(exitCode).toBe(1);
  expect(notes).toContain('an attribute of a type that the gateway never writes');
});

test('a backup to stdout is the same file', async () => {
  await storeEachKind(from);
  const { data } = await fixture.gateway(from.client, 'create', '--file', '-');
  writeFileSync(join(fixture.directory, 'stdout.ndjson'), `${data}\n`);
  expect(await fixture.restore('stdout.ndjson', '--yes')).toMatchObject({ restored: (await from.rows()).length });
});
