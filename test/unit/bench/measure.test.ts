import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type Measured } from '../../../bench/cost/measure/measure';
import { stage } from './stage-fixture';

// Runs the real bundles, so that a change of what they write or ask for shows in the price.

let facts: Measured;
const directory = mkdtempSync(join(tmpdir(), 'gateway-measure-'));

beforeAll(async () => {
  facts = await measure(stage, directory);
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('an SMS takes a marker, an item of one unit and an entry in each index', () => {
  expect(facts.webhooks.sms).toMatchObject({
    units: { marker: 1, table: 1, indexes: 2 },
    changes: 2,
    partitions: 2,
    events: 1,
  });
  expect(facts.webhooks['large sms'].units.table).toBe(2);
});

test('the first callback creates the message with its entries, a later one only adds to the history', () => {
  expect(facts.webhooks['first callback'].units).toEqual({ marker: 1, table: 2, indexes: 3 });
  expect(facts.webhooks['later callback'].units).toEqual({ marker: 1, table: 2, indexes: 1 });
  expect(facts.webhooks['later callback'].events).toBe(2);
});

test('an event of Event Streams is stored once, with its marker', () => {
  expect(facts.webhooks.event).toMatchObject({ changes: 2, events: 1 });
});

test('every function writes lines, and in a batch none writes more for each record', () => {
  for (const { ingressLogBytes, queueMessageBytes, alone, inFullBatches } of Object.values(facts.webhooks)) {
    expect(ingressLogBytes).toBeGreaterThan(100);
    expect(queueMessageBytes).toBeGreaterThan(500);
    expect(alone.consumerLogBytes).toBeGreaterThan(100);
    expect(inFullBatches.consumerLogBytes).toBeLessThanOrEqual(alone.consumerLogBytes);
    expect(inFullBatches.publishes).toBeLessThan(alone.publishes);
  }
});

test('a handled event takes two writes and a line', () => {
  expect(facts.handler.units).toBe(2);
  expect(facts.handler.logBytes).toBeGreaterThan(100);
});

test('webhooks that are stored count two metrics, handled events two more', () => {
  expect(facts.metrics).toEqual({ gateway: 2, handlers: 2 });
});
