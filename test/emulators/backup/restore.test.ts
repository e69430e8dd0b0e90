import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { BackupCalls } from '../../../cli/clients/dynamodb/backup-table';
import { createErasableTable } from '../../../cli/clients/dynamodb/erasable-table';
import { eventTableName as tableName, type EventTable } from '../../helpers/event-table';
import { run } from '../../unit/cli/fake-environment';
import { deliver, deliveries } from '../../unit/consumer/event-store-contract';
import { optOut } from '../../unit/consumer/opt-out-contract';
import { accountSid, at, nextMessageSid, otherEvent } from '../../unit/consumer/webhooks';
import { consume, signal, sleep, startBackupFixture, storeEachKind, storeOf, type BackupFixture } from './fixture';

let fixture: BackupFixture;
let from: EventTable;
let to: EventTable;
let all: EventTable;
beforeAll(async () => {
  fixture = await startBackupFixture();
  ({ from, to, all } = fixture);
});
afterAll(() => fixture.close());
beforeEach(() => fixture.clear());

type Row = Awaited<ReturnType<EventTable['rows']>>[number];
const withoutRestoredAt = (rows: readonly Row[]): readonly Row[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !['restoredAt', 'mergedAt'].includes(name))),
  );

test('a restored gateway has the same items, and a late retry is a duplicate there', async () => {
  const bodies = await storeEachKind(from);
  await from.client.putItem({
    TableName: tableName,
    Item: { pk: { S: `${accountSid}#RECONCILIATION` }, sk: { S: 'RECONCILIATION' }, leaseUntil: { N: '1' } },
  });
  const file = await fixture.create();
  expect(statSync(join(fixture.directory, file)).mode & 0o777).toBe(0o600);
  const items = (await from.rows()).filter(({ sk }) => sk?.S !== 'RECONCILIATION');
  expect(new Set(items.map(({ sk }) => sk?.S?.split('#')[0]))).toContain('SIGNED');

  expect(await fixture.restore(file, '--dry-run')).toMatchObject({ restored: items.length });
  expect(await to.rows()).toEqual([]);
  const counts = { items: items.length, restored: items.length, merged: 0, existing: 0, expired: 0, erased: 0 };
  expect(await fixture.restore(file, '--yes')).toEqual(counts);
  const restored = await to.rows();
  expect(withoutRestoredAt(restored)).toEqual(items);
  expect(restored.every(({ restoredAt }) => restoredAt?.S !== undefined)).toBe(true);
  expect(await fixture.restore(file, '--yes')).toEqual({ ...counts, restored: 0, existing: items.length });
  for (const body of bodies) await consume(to, body);
  expect(await to.rows()).toEqual(restored);
});

test.each([1, 2])('a restore is as if this gateway had received the webhooks of both (seed %i)', async (seed) => {
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
  const file = await fixture.create();
  await fixture.restore(file, '--yes');
  expect(withoutRestoredAt(await to.rows())).toEqual(await all.rows());
  expect(await fixture.restore(file, '--yes')).toMatchObject({ restored: 0, merged: 0 });
});

test('other content under the same id is kept under its own key', async () => {
  const event = otherEvent({ eventId: 'CLOUDEVENT#1' });
  const other = { ...event, requestId: 'other', content: { payload: '{"a":2}' }, contentHash: 'other' };
  await storeOf(from).storeEvent(other, signal);
  for (const table of [to, all]) await storeOf(table).storeEvent(event, signal);
  await storeOf(all).storeEvent(other, signal);
  const file = await fixture.create();
  expect(await fixture.restore(file, '--yes')).toMatchObject({ restored: 1 });
  expect(withoutRestoredAt(await to.rows())).toEqual(await all.rows());
  expect(await fixture.restore(file, '--yes')).toMatchObject({ restored: 0, existing: 1 });
});

test('an interrupted restore has put no marker before its content, and continues', async () => {
  await storeEachKind(from);
  const file = await fixture.create();
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
  expect(await fixture.gateway(failing, 'restore', file, '--yes')).toMatchObject({ exitCode: 1 });
  const some = await to.rows();
  expect(some.length).toBeGreaterThan(0);
  expect(some.length).toBeLessThan(items.length);
  expect(some.filter(({ sk }) => sk?.S === 'SIGNED')).toEqual([]);
  expect(await fixture.restore(file, '--yes')).toMatchObject({
    existing: some.length,
    restored: items.length - some.length,
  });
  expect(withoutRestoredAt(await to.rows())).toEqual(items);
});

test('an item that has expired is left out, and --since takes what was written since', async () => {
  const store = storeOf(from, 30);
  await store.storeEvent(otherEvent({ eventId: 'EVENT#1', receivedAt: '2026-01-01T00:00:00.000Z' }), signal);
  await store.storeEvent(otherEvent({ eventId: 'EVENT#2', receivedAt: '2026-03-01T00:00:00.000Z' }), signal);
  expect(await fixture.restore(await fixture.create(), '--dry-run')).toMatchObject({
    items: 2,
    restored: 1,
    expired: 1,
  });
  expect(await fixture.restore(await fixture.create('--since', '2026-02-01'), '--dry-run')).toMatchObject({
    items: 1,
    restored: 1,
  });
});

test('what was erased since the backup does not come back', async () => {
  await storeEachKind(from);
  await storeEachKind(to);
  const file = await fixture.create();
  const { exitCode } = await run(['erase', '--number', '+15550100001', '--yes', '--receipt', 'receipt.json'], {
    workingDirectory: fixture.directory,
    erasing: () =>
      Promise.resolve({
        table: createErasableTable(to.client, { tableName, signal, sleep }),
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
  await fixture.restore(file, '--yes');
  expect((await to.rows()).filter(({ sk }) => sk?.S === 'MESSAGE' || sk?.S?.startsWith('STATUS'))).toEqual([]);
});
