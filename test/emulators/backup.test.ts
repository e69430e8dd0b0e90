import { setMaxListeners } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { createBackupTable, type BackupCalls } from '../../cli/clients/dynamodb/backup-table';
import { createErasableTable } from '../../cli/clients/dynamodb/erasable-table';
import { createDynamoDbEventStore } from '../../lambda/consumer/aws/dynamodb-event-store';
import { consumerBatch } from '../../lambda/consumer/process-record';
import { createTestIngress } from '../unit/ingress/fakes';
import { eventTableName as tableName, startEventTable, type EventTable } from '../helpers/event-table';
import { run } from '../unit/cli/fake-environment';
import { deliveries, deliver } from '../unit/consumer/event-store-contract';
import { optOut } from '../unit/consumer/opt-out-contract';
import { accountSid, at, nextMessageSid, otherEvent } from '../unit/consumer/webhooks';
import { documentedWebhooks } from './documented-webhooks';

const { signal } = new AbortController();
// As cli/process.ts does: many requests listen to it.
setMaxListeners(0, signal);
let from: EventTable;
let to: EventTable;
let all: EventTable;
let directory = '';

beforeAll(async () => {
  [from, to, all] = await Promise.all([startEventTable(), startEventTable(), startEventTable()]);
  directory = mkdtempSync(join(tmpdir(), 'backup-'));
});
afterAll(async () => {
  await Promise.all([from, to, all].map((table) => table.close()));
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const table of [from, to, all]) await table.clear();
});

const storeOf = ({ client }: EventTable) => createDynamoDbEventStore({ tableName, retentionDays: 0, client });

const gateway = (client: BackupCalls, ...args: readonly string[]) =>
  run(['backup', ...args], {
    workingDirectory: directory,
    backup: () => Promise.resolve(createBackupTable(client, { tableName, signal, sleep: () => Promise.resolve() })),
  });

let files = 0;
const create = async (...args: readonly string[]): Promise<string> => {
  files += 1;
  const file = `${files}.ndjson`;
  expect(await gateway(from.client, 'create', '--file', file, ...args)).toMatchObject({ exitCode: 0 });
  return file;
};
const restore = async (file: string, ...args: readonly string[]): Promise<unknown> => {
  const { exitCode, data, notes } = await gateway(to.client, 'restore', file, '--json', ...args);
  if (exitCode !== 0) throw new Error(notes);
  return JSON.parse(data) as unknown;
};

type Row = Awaited<ReturnType<EventTable['rows']>>[number];
const withoutRestoredAt = (rows: readonly Row[]): readonly Row[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'restoredAt')));

const { ingress, published, clock } = createTestIngress();
const consume = async (table: EventTable, body: string): Promise<unknown> => {
  const lines: unknown[] = [];
  const batch = consumerBatch({
    store: storeOf(table),
    changeVisibility: () => Promise.reject(new Error('nothing here is poison')),
    log: (...line) => lines.push(line),
    metrics: { count: () => undefined },
  });
  expect(await batch.process({ messageId: 'message', receiptHandle: 'receipt', body }, signal)).toBe('done');
  return lines;
};
/** Stores one webhook of each kind. @returns their queue messages */
const storeEachKind = async (table: EventTable): Promise<readonly string[]> => {
  const bodies: string[] = [];
  for (const webhook of Object.values(documentedWebhooks)) {
    clock.now += 1000;
    await ingress(webhook);
    bodies.push(published.at(-1)?.body ?? '');
  }
  for (const body of bodies) await consume(table, body);
  return bodies;
};

test('a restored gateway has the same items, and a late retry is a duplicate there', async () => {
  const bodies = await storeEachKind(from);
  await from.client.putItem({
    TableName: tableName,
    Item: { pk: { S: `${accountSid}#RECONCILIATION` }, sk: { S: 'RECONCILIATION' }, leaseUntil: { N: '1' } },
  });
  const file = await create();
  expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  const items = (await from.rows()).filter(({ sk }) => sk?.S !== 'RECONCILIATION');
  expect(new Set(items.map(({ sk }) => sk?.S?.split('#')[0]))).toContain('SIGNED');

  expect(await restore(file, '--dry-run')).toMatchObject({ restored: items.length });
  expect(await to.rows()).toEqual([]);
  const counts = { items: items.length, restored: items.length, merged: 0, existing: 0, expired: 0, erased: 0 };
  expect(await restore(file, '--yes')).toEqual(counts);
  const restored = await to.rows();
  expect(withoutRestoredAt(restored)).toEqual(items);
  expect(restored.every(({ restoredAt }) => restoredAt?.S !== undefined)).toBe(true);
  expect(await restore(file, '--yes')).toEqual({ ...counts, restored: 0, existing: items.length });
  for (const body of bodies) await consume(to, body);
  expect(await to.rows()).toEqual(restored);
});

test.each([1, 2, 3])('a restore is as if this gateway had received the webhooks of both (seed %i)', async (seed) => {
  const [old, now, both] = [storeOf(from), storeOf(to), storeOf(all)];
  // 1: only the old gateway; 2: only the new one; 3: both
  const where = (): fc.Arbitrary<number> => fc.integer({ min: 1, max: 3 });
  const stores = (place: number) => [...(place & 1 ? [old] : []), ...(place & 2 ? [now] : []), both];
  for (const webhooks of fc.sample(deliveries('SM'), { numRuns: 30, seed })) {
    const messageSid = nextMessageSid();
    for (const [index, webhook] of webhooks.entries()) {
      const [place = 3] = fc.sample(where(), { numRuns: 1, seed: seed * 1000 + index });
      for (const store of stores(place)) await deliver(store, { ...webhook, messageSid });
    }
  }
  const times = fc.sample(fc.tuple(where(), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 9 })), {
    numRuns: 60,
    seed,
  });
  for (const [index, [place, second, id]] of times.entries()) {
    const requestId = `r${index}`;
    for (const store of stores(place)) {
      await store.storeEvent(otherEvent({ eventId: `EVENT#${id}`, requestId, receivedAt: at(second) }), signal);
      const state = index % 2 === 0 ? 'STOP' : 'START';
      const messageSid = `SM${index}`;
      const person = `+1555010010${id}`;
      await store.storeOptOut(optOut({ person, requestId, state, messageSid, changedAt: at(second) }), signal);
    }
  }
  const file = await create();
  await restore(file, '--yes');
  expect(withoutRestoredAt(await to.rows())).toEqual(await all.rows());
  expect(await restore(file, '--yes')).toMatchObject({ restored: 0, merged: 0 });
});

test('other content under the same id is kept under its own key', async () => {
  const event = otherEvent({ eventId: 'CLOUDEVENT#1' });
  const other = { ...event, requestId: 'other', content: { payload: '{"a":2}' }, contentHash: 'other' };
  await storeOf(from).storeEvent(other, signal);
  for (const table of [to, all]) await storeOf(table).storeEvent(event, signal);
  await storeOf(all).storeEvent(other, signal);
  const file = await create();
  expect(await restore(file, '--yes')).toMatchObject({ restored: 1 });
  expect(withoutRestoredAt(await to.rows())).toEqual(await all.rows());
  expect(await restore(file, '--yes')).toMatchObject({ restored: 0, existing: 1 });
});

test('an interrupted restore has put no marker before its content, and continues', async () => {
  await storeEachKind(from);
  const file = await create();
  const items = await from.rows();
  const puts: Promise<unknown>[] = [];
  const failing: BackupCalls = {
    scan: (input, options) => to.client.scan(input, options),
    batchWriteItem: (input, options) => to.client.batchWriteItem(input, options),
    batchGetItem: (input, options) => to.client.batchGetItem(input, options),
    putItem: async (input, options) => {
      if (puts.length >= 5) {
        await Promise.all(puts);
        throw new Error('the network is gone');
      }
      const put = to.client.putItem(input, options);
      puts.push(put);
      return put;
    },
  };
  expect(await gateway(failing, 'restore', file, '--yes')).toMatchObject({ exitCode: 1 });
  const some = await to.rows();
  expect(some.length).toBeGreaterThan(0);
  expect(some.length).toBeLessThan(items.length);
  expect(some.filter(({ sk }) => sk?.S === 'SIGNED')).toEqual([]);
  expect(await restore(file, '--yes')).toMatchObject({ existing: some.length, restored: items.length - some.length });
  expect(withoutRestoredAt(await to.rows())).toEqual(items);
});

test('an item that has expired is left out, and --since takes what was written since', async () => {
  const store = createDynamoDbEventStore({ tableName, retentionDays: 30, client: from.client });
  await store.storeEvent(otherEvent({ eventId: 'EVENT#1', receivedAt: '2026-01-01T00:00:00.000Z' }), signal);
  await store.storeEvent(otherEvent({ eventId: 'EVENT#2', receivedAt: '2026-03-01T00:00:00.000Z' }), signal);
  expect(await restore(await create(), '--dry-run')).toMatchObject({ items: 2, restored: 1, expired: 1 });
  expect(await restore(await create('--since', '2026-02-01'), '--dry-run')).toMatchObject({ items: 1, restored: 1 });
});

test('what was erased since the backup does not come back', async () => {
  await storeEachKind(from);
  await storeEachKind(to);
  const file = await create();
  const { exitCode } = await run(['erase', '--number', '+15550100001', '--yes', '--receipt', 'receipt.json'], {
    workingDirectory: directory,
    erasing: () =>
      Promise.resolve({
        table: createErasableTable(to.client, { tableName, signal, sleep: () => Promise.resolve() }),
        queue: () => ({
          receive: () => Promise.resolve([]),
          release: () => Promise.resolve(0),
          remove: () => Promise.resolve(0),
          counts: () => Promise.resolve({ visible: 0, inFlight: 0 }),
        }),
      }),
  });
  expect(exitCode).toBe(0);
  const left = await to.rows();
  expect(JSON.stringify(left)).not.toContain('5550100001');
  await restore(file, '--yes');
  expect((await to.rows()).filter(({ sk }) => sk?.S === 'MESSAGE' || sk?.S?.startsWith('STATUS'))).toEqual([]);
});

describe('a file', () => {
  let path = '';
  beforeEach(async () => {
    await storeEachKind(from);
    path = join(directory, await create());
  });
  const rejected = async (): Promise<string> => {
    const [checked, restored] = [
      await gateway(to.client, 'check', path),
      await gateway(to.client, 'restore', path, '--yes'),
    ];
    expect([checked.exitCode, restored.exitCode]).toEqual([1, 1]);
    expect(await to.rows()).toEqual([]);
    return restored.notes;
  };
  const edit = (change: (text: string) => string): void => writeFileSync(path, change(readFileSync(path, 'utf8')));
  const lines = (change: (all: string[]) => string[]): void => edit((text) => change(text.split('\n')).join('\n'));

  test('that is complete says what is in it', async () => {
    const { exitCode, data } = await gateway(to.client, 'check', path, '--json');
    expect(exitCode).toBe(0);
    const items = await from.rows();
    const markers = items.filter(({ sk }) => sk?.S === 'SIGNED').length;
    expect(JSON.parse(data)).toMatchObject({ items: items.length, kinds: { markers, optOuts: 1 } });
    expect((await gateway(to.client, 'check', path)).data).toContain(`markers   ${markers}`);
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
  const file = await create();
  expect(await gateway(to.client, 'restore', file)).toMatchObject({ exitCode: 2 });
  expect(await gateway(to.client, 'restore', file, '--yes', '--dry-run')).toMatchObject({ exitCode: 2 });
  expect(await gateway(from.client, 'create', '--file', file)).toMatchObject({ exitCode: 2 });
});

test('restore goes on after a yes', async () => {
  await storeEachKind(from);
  const file = await create();
  const answer = (yes: boolean) =>
    run(['backup', 'restore', file], {
      workingDirectory: directory,
      confirm: () => Promise.resolve(yes),
      backup: () =>
        Promise.resolve(createBackupTable(to.client, { tableName, signal, sleep: () => Promise.resolve() })),
    });
  expect((await answer(false)).notes).toContain('Nothing was restored.');
  expect(await to.rows()).toEqual([]);
  expect((await answer(true)).data).toMatch(/^\d+ items: \d+ restored, 0 merged/);
  expect(await to.rows()).toHaveLength((await from.rows()).length);
});

test('a backup of another table asks for that table, and a failure leaves no file', async () => {
  const names: (string | undefined)[] = [];
  const { exitCode, notes } = await run(['backup', 'create', '--file', 'rescued.ndjson', '--table', 'rescued'], {
    workingDirectory: directory,
    backup: (name) => {
      names.push(name);
      const options = { tableName: name ?? tableName, signal, sleep: () => Promise.resolve() };
      return Promise.resolve(createBackupTable(from.client, options));
    },
  });
  expect(exitCode).toBe(1);
  expect(names).toEqual(['rescued']);
  expect(notes).not.toBe('');
  expect(readdirSync(directory).filter((name) => name.startsWith('rescued'))).toEqual([]);
  expect((await gateway(to.client, 'check', 'rescued.ndjson')).notes).toContain('cannot be read (ENOENT)');
});

test('an attribute that the gateway never writes is not left out in silence', async () => {
  await from.client.putItem({
    TableName: tableName,
    Item: { pk: { S: 'x' }, sk: { S: 'x' }, bytes: { B: Buffer.from('x') } },
  });
  const { exitCode, notes } = await gateway(from.client, 'create', '--file', 'bytes.ndjson');
  expect(exitCode).toBe(1);
  expect(notes).toContain('an attribute of a type that the gateway never writes');
});

test('a backup to stdout is the same file', async () => {
  await storeEachKind(from);
  const { data } = await gateway(from.client, 'create', '--file', '-');
  writeFileSync(join(directory, 'stdout.ndjson'), `${data}\n`);
  expect(await restore('stdout.ndjson', '--yes')).toMatchObject({ restored: (await from.rows()).length });
});
