import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createCycleStore } from '../../../lambda/reconciler/aws/cycle-store';
import { eventTableName as tableName, startEventTable, type EventTable } from '../../helpers/event-table';

const { signal } = new AbortController();
const accountSid = `AC${'4'.repeat(32)}`;
const eventId = (digit: string): string => `SM${digit.repeat(32)}`;
let table: EventTable;
let now = Date.parse('2026-11-22T12:00:00.000Z');

beforeAll(async () => {
  table = await startEventTable();
});
afterAll(() => table.close());

const open = (client = table.client) => createCycleStore({ tableName, client, now: () => now });

it('remembers once that a message was missing', async () => {
  const store = open();
  expect(await store.recordMissed(accountSid, eventId('1'), signal)).toBe(true);
  now += 1;
  expect(await store.recordMissed(accountSid, eventId('1'), signal)).toBe(false);
  expect(await store.recordMissed(accountSid, eventId('2'), signal)).toBe(true);
});

it('remembers it longer than the longest window', async () => {
  await open().recordMissed(accountSid, eventId('4'), signal);
  const rows = await table.rows();
  const row = rows.find(({ sk }) => sk?.S === `MISSED#${eventId('4')}`);
  expect(Number(row?.['expiresAt']?.N) - now / 1000).toBeGreaterThan(30 * 86_400);
});

it('keeps a cycle that has not ended, and the lease while it is saved', async () => {
  const store = open();
  const other = `AC${'5'.repeat(32)}`;
  const cycle = { since: 's', until: 'u', pass: 'sent', listed: 2, missing: 1, backfilled: 1 } as const;
  await store.claim(other, now + 1000, signal);
  await store.save(other, cycle, signal);
  expect(await store.claim(other, now + 1000, signal)).toBeUndefined();
  await store.release(other, undefined);
  expect(await store.claim(other, now + 1000, signal)).toEqual({ cycle, completeAt: now });
  await store.release(other, now + 5);
  expect(await store.claim(other, now + 1000, signal)).toEqual({ cycle: undefined, completeAt: now + 5 });
});

it('recognizes its own write, which the SDK repeats where the answer was lost', async () => {
  const { client } = table;
  const send = client.send.bind(client);
  const repeating = jest.spyOn(client, 'send').mockImplementation((command: unknown): unknown => {
    if (!(command instanceof UpdateItemCommand)) throw new Error('an unexpected command');
    return send(command).then(() => send(command));
  });
  expect(await open().recordMissed(accountSid, eventId('3'), signal)).toBe(true);
  repeating.mockRestore();
  now += 1;
  expect(await open().recordMissed(accountSid, eventId('3'), signal)).toBe(false);
});

it('gives an account to one invocation at a time, until its time is over', async () => {
  const store = open();
  expect(await store.claim(accountSid, now + 1000, signal)).toMatchObject({ cycle: undefined, completeAt: now });
  expect(await store.claim(accountSid, now + 1000, signal)).toBeUndefined();
  now += 1001;
  expect(await store.claim(accountSid, now + 1000, signal)).toBeDefined();
  await store.release(accountSid, now);
  expect(await store.claim(accountSid, now + 1000, signal)).toMatchObject({ completeAt: now });
});
