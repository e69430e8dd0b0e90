import fc from 'fast-check';
import { createDeadlineHeap } from '../../../local/sqs/queue/deadline-heap';
import { createFairOrder } from '../../../local/sqs/queue/fair-order';

interface Item {
  readonly atMs: number;
}

test('the deadline heap returns the remaining entries in the order of time, whichever were removed', () => {
  const item = fc.record({ atMs: fc.nat({ max: 20 }) });
  fc.assert(
    fc.property(fc.array(fc.tuple(item, fc.boolean()), { maxLength: 60, size: 'max' }), (entries) => {
      const heap = createDeadlineHeap<Item>();
      for (const [added] of entries) heap.add(added, added.atMs);
      for (const [removed, isRemoved] of entries) if (isRemoved) heap.remove(removed);
      const order: number[] = [];
      for (let next = heap.earliest(); next !== undefined; next = heap.earliest()) {
        order.push(next.item.atMs);
        heap.remove(next.item);
        heap.remove(next.item);
      }
      const left = entries.filter(([, isRemoved]) => !isRemoved).map(([{ atMs }]) => atMs);
      expect(order).toEqual(left.sort((a, b) => a - b));
    }),
    { numRuns: 500 },
  );
});

test('the fair order makes no message wait for more than one message of each other group', () => {
  interface Waiting {
    readonly groupId: string | undefined;
    readonly place: number;
  }
  const group = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(group, fc.boolean()), { maxLength: 40 }), (entries) => {
      const order = createFairOrder<Waiting>();
      const messages = entries.map(([groupId], place): Waiting => ({ groupId, place }));
      for (const message of messages) order.add(message);
      const left = messages.filter((message, place) => {
        if (entries[place]?.[1] === true) order.remove(message);
        return entries[place]?.[1] !== true;
      });
      const given: Waiting[] = [];
      for (let next = order.next(); next !== undefined; next = order.next()) {
        order.remove(next);
        given.push(next);
      }
      expect(new Set(given)).toEqual(new Set(left));
      expect(given).toHaveLength(left.length);
      const named = given.filter(({ groupId }) => groupId !== undefined);
      for (const groupId of ['a', 'b', 'c']) {
        const places = named.filter((message) => message.groupId === groupId).map(({ place }) => place);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }
      // Between two messages of a group every other group that still waits has exactly one turn.
      for (const [index, message] of named.entries()) {
        const again = named.findIndex((other, at) => at > index && other.groupId === message.groupId);
        const between = named.slice(index + 1, again < 0 ? index + 1 : again).map(({ groupId }) => groupId);
        expect(new Set(between).size).toBe(between.length);
      }
    }),
    { numRuns: 300 },
  );
});
