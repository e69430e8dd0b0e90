import { idempotencyKey } from '../../../lambda/handlers/read-event';
import type { QueueRecord } from '../../../lambda/handlers/queue-event';
import { asReplay } from '../../../lambda/shared/events/replay';
import { handle, memoryPorts, messageEvent, recordOf } from './fixture';

const event = messageEvent(1);
const replayed = (messageId: string, replay: string, record = recordOf(event, messageId)) => ({
  ...record,
  messageAttributes: { replay: { dataType: 'String', stringValue: replay } } satisfies QueueRecord['messageAttributes'],
});

/** Each record in a call of its own, as the queue delivers them. */
const runsOf = async (records: readonly ReturnType<typeof recordOf>[]): Promise<readonly number[]> => {
  const { ports } = memoryPorts();
  let runs = 0;
  const after: number[] = [];
  for (const record of records) {
    await handle(ports, [record], () => Promise.resolve((runs += 1)));
    after.push(runs);
  }
  return after;
};

describe('a replay of an event', () => {
  test('runs the handler once more, however often its message is delivered', async () => {
    const records = [
      recordOf(event, 'm1'),
      recordOf(event, 'm1'),
      replayed('m2', 'first'),
      replayed('m2', 'first'),
      replayed('m3', 'second'),
      recordOf(event, 'm1'),
    ] as ReturnType<typeof recordOf>[];
    expect(await runsOf(records)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test('does not count as the handling of normal traffic', async () => {
    const records = [replayed('m1', 'first'), recordOf(event, 'm2')] as ReturnType<typeof recordOf>[];
    expect(await runsOf(records)).toEqual([1, 2]);
  });

  test('is recognized in the JSON of SNS, where a subscription has no raw delivery', async () => {
    const notification = (value?: string) =>
      JSON.stringify({
        Type: 'Notification',
        Message: JSON.stringify(event),
        ...(value === undefined ? {} : { MessageAttributes: { replay: { Type: 'String', Value: value } } }),
      });
    const records = [undefined, 'first', 'first'].map((value, at) => recordOf(notification(value), `m${at}`));
    expect(await runsOf(records)).toEqual([1, 2, 2]);
  });

  test('has a record of its own, within the length of a key', () => {
    const normal = idempotencyKey('Replies', event);
    expect(normal).toBe(`Replies#${event.source}#${event.id}`);
    const replay = idempotencyKey('Replies', event, 'first');
    expect(replay).toBe(`${normal}#replay#first`);
    const long = { ...event, id: 'x'.repeat(2_000) };
    const keys = [idempotencyKey('Replies', long), idempotencyKey('Replies', long, 'first')];
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^Replies#sha256#[0-9a-f]{64}$/);
  });

  test('keeps the event and its group, and has another deduplication id', () => {
    const publication = { event, groupId: 'g', deduplicationId: 'd', attributes: { type: event.type } };
    const [first, second] = [asReplay(publication, 'first'), asReplay(publication, 'second')];
    expect(first).toMatchObject({ event, groupId: 'g', attributes: { type: event.type, replay: 'first' } });
    expect(new Set(['d', first.deduplicationId, second.deduplicationId]).size).toBe(3);
  });
});
