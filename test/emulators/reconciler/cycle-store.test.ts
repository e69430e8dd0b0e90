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

it('recognizes its own write, which the SDK repeats where the answer was lost', async () => {
  const { middlewareStack } = table.client;
  middlewareStack.add(
    (next) => async (args) => {
      await next(args);
      return next(args);
    },
    { step: 'deserialize', name: 'repeat', priority: 'low' },
  );
  expect(await open().recordMissed(accountSid, eventId('3'), signal)).toBe(true);
  middlewareStack.remove('repeat');
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
