import type { DeadLetterList, QueueList, RedriveResult } from '../../api';
import { scanDeadLetters } from '../../../cli/dead-letters/dead-letters';
import { openQueue } from '../../../cli/dead-letters/queue-option';
import { countDeadLetters, runningMove } from '../../../cli/dead-letters/redrive';
import { queueText } from '../../../cli/target/dead-letter-queues';
import type { ConsoleParts } from '../console-parts';
import { change, json, read, type Route } from '../http/route';
import { deadLetterView } from '../views/dead-letter';
import { readQueues } from '../views/queues';

const maxListed = 200;
/** Other readers of the queue do not see the messages for this time. */
const scanMs = 8_000;
const slowMs = 20_000;

/** Waiting messages, dead letters and their redrive. */
export const queueRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read('/api/queues', async () => {
    const list: QueueList = { queues: await readQueues(await gateway.backend()) };
    return json(list);
  }),
  read(
    '/api/queues/:name/dead-letters',
    async ({ params: { name = '' }, signal }) => {
      const queue = await openQueue(await gateway.backend(), name);
      const { visible } = await queue.counts();
      const endsAt = Date.now() + scanMs;
      const { seen } = await scanDeadLetters(
        queue,
        signal,
        (message) => deadLetterView(name, message),
        (count) => count >= maxListed || Date.now() > endsAt,
      );
      const list: DeadLetterList = {
        deadLetters: seen.toSorted((a, b) => (a.sentAt < b.sentAt ? -1 : 1)),
        others: Math.max(0, visible - seen.length),
      };
      return json(list);
    },
    { timeoutMs: slowMs },
  ),
  change(
    '/api/queues/:name/redrive',
    async ({ params: { name = '' }, signal }) => {
      const queue = await openQueue(await gateway.backend(), name);
      const running = await runningMove(queue);
      if (running !== undefined) {
        return result(false, `A redrive is already running: ${running.moved} moved so far.`);
      }
      const { sleep } = gateway.context;
      const count = await countDeadLetters({ queue, signal, sleep, output: { note: () => undefined } });
      if (count === 0) return result(false, 'There are no dead letters.');
      await queue.startMove(undefined);
      const messages = `${count} ${count === 1 ? 'message moves' : 'messages move'}`;
      return result(true, `About ${messages} back to the ${queueText(name)}.`);
    },
    { timeoutMs: slowMs },
  ),
];

const result = (started: boolean, message: string) => json({ started, message } satisfies RedriveResult);
