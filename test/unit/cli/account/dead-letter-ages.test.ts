import { withAges } from '../../../../cli/account/dead-letter-ages';
import type { HandlerFigures } from '../../../../cli/account/figures';
import type { DeadLetterQueue, ReceivedMessage } from '../../../../cli/clients/ports';

const since = new Date('2026-03-04T05:00:00.000Z');
const letter = (id: string, sentAt: string, time?: string): ReceivedMessage => ({
  id,
  receiptHandle: `handle of ${id}`,
  body: time === undefined ? 'poison' : JSON.stringify({ id, type: 'twilio.webhook.message.received', time }),
  receiveCount: 1,
  sentAt,
});
const handler = (figures: Partial<HandlerFigures>): HandlerFigures => ({
  ...{ name: 'Echo', sent: 0, handled: 0, duplicates: 0, counts: true, deadLetters: 0, pending: 0, redriven: 0 },
  atEdges: 0,
  ...figures,
});

/** @param moved how many messages were redriven in the period */
const aged = async (
  letters: Readonly<Record<string, readonly ReceivedMessage[]>>,
  { stored = 0, moved = 0, handlers = [] as readonly HandlerFigures[] } = {},
) => {
  const released: string[] = [];
  const asked: string[] = [];
  const deadLetters = (name = ''): Promise<DeadLetterQueue> => {
    let left = letters[name] ?? [];
    return Promise.resolve({
      receive: () => {
        const [first, ...others] = left;
        left = others;
        return Promise.resolve(first === undefined ? [] : [first]);
      },
      release: (handles) => {
        released.push(...handles);
        return Promise.resolve(0);
      },
      movedSince: (time) => {
        expect(time).toBe(since.getTime());
        asked.push(name);
        return Promise.resolve(moved);
      },
      counts: () => Promise.reject(new Error('not used')),
      startMove: () => Promise.reject(new Error('not used')),
      latestMove: () => Promise.reject(new Error('not used')),
    });
  };
  const count = (name: string): number => letters[name]?.length ?? 0;
  const figures = await withAges(
    { deadLetters },
    {
      ...{ api: undefined, accepted: 0, refused: {}, pending: 0, published: 0, publishes: true, atEdges: 0 },
      ...{ olderDeadLetters: 0, redriven: 0, deadWebhooks: count('events') },
      consumer: { stored, duplicates: 0, redelivered: 0, otherReadings: 0, unrecognized: 0, backfilled: 0 },
      table: { stored: 0, backfilled: 0 },
      lane: { pending: 0, dead: count('fallback'), counted: 0 },
      handlers: handlers.map((each) => ({ ...each, deadLetters: count(each.name) })),
    },
    since,
    new AbortController().signal,
  );
  return { figures, released, asked };
};

test('a letter is as old as its webhook; one that does not say is as old as its message', async () => {
  const [before, after] = ['2026-03-04T04:59:59.999Z', '2026-03-04T05:00:00.000Z'];
  const { figures, released } = await aged(
    {
      events: [letter('a', before), letter('b', after)],
      fallback: [letter('c', before)],
      Echo: [letter('d', after, before), letter('e', after, after), letter('f', after, after)],
    },
    { handlers: [handler({ sent: 2 })] },
  );
  expect(figures).toMatchObject({ deadWebhooks: 1, lane: { dead: 0 }, olderDeadLetters: 3, redriven: 0 });
  expect(figures.handlers.map(({ deadLetters }) => deadLetters)).toEqual([2]);
  expect(released.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `handle of ${id}`));
});

test('an older event that was replayed in the period explains that it was sent', async () => {
  const { figures } = await aged(
    { Echo: [letter('a', '2026-03-04T06:00:00.000Z', '2026-03-03T05:00:00.000Z')] },
    { handlers: [handler({ sent: 1 })] },
  );
  expect(figures).toMatchObject({ olderDeadLetters: 1, handlers: [{ deadLetters: 0, redriven: 1 }] });
});

test('SQS is asked for redrives only where they can explain a difference', async () => {
  const agreeing = await aged({}, { moved: 2, handlers: [handler({ sent: 3, handled: 3 })] });
  expect(agreeing.asked).toEqual([]);
  const { figures, asked } = await aged({}, { stored: 1, moved: 2, handlers: [handler({ sent: 3, handled: 2 })] });
  expect(figures).toMatchObject({ redriven: 2, handlers: [{ redriven: 2 }] });
  expect(asked).toEqual(['Echo', 'events']);
});
