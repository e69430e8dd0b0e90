import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../context';
import { compared, notChecked, type Check } from './check';
import type { PoisonQueues } from '../clients/ports';

/** The state of the alarm on the dead-letter queue; undefined where AWS does not say. */
export type ReadAlarm = () => Promise<string | undefined>;

type Waiting = Pick<CommandContext, 'sleep' | 'now' | 'signal' | 'output'>;

const minuteMs = 60_000;
const pauseMs = 5_000;

/** Asks until it is so or the time is over; answers how long that took, in milliseconds. */
const waitFor = async (
  what: string,
  limitMs: number,
  isSo: () => Promise<boolean>,
  { sleep, now, signal, output }: Waiting,
): Promise<{ readonly isSo: boolean; readonly elapsedMs: number }> => {
  const startedAt = now().getTime();
  let notedAt = startedAt;
  for (;;) {
    signal.throwIfAborted();
    const so = await isSo();
    const elapsedMs = now().getTime() - startedAt;
    if (so || elapsedMs >= limitMs) return { isSo: so, elapsedMs };
    if (now().getTime() - notedAt >= minuteMs) {
      notedAt = now().getTime();
      output.note(`${what}: not yet after ${Math.round(elapsedMs / 1000)} s`);
    }
    await sleep(pauseMs);
  }
};

/**
 * Sends one message that no consumer can read, waits until it is a dead letter and, where there are alarms, until the
 * alarm rings; then takes it away again. Its text is random, so that no other message is taken.
 * @param readAlarm undefined where there are no alarms
 */
export const poisonChecks = (
  queues: PoisonQueues,
  readAlarm: ReadAlarm | undefined,
  waiting: Waiting,
): readonly Check[] => {
  const body = `gateway verify ${randomUUID()}`;
  let isDead = false;
  // Five receives, each hidden for two minutes, and some more.
  const dead = { name: 'poison', expected: 'a dead letter within 15 minutes, after 5 receives' };
  const rings = { name: 'dead-letter-alarm', expected: 'in ALARM within 20 minutes of the dead letter' };
  return [
    {
      ...dead,
      run: async () => {
        await queues.send(body);
        waiting.output.note('poison: one message that no consumer can read was sent to the event queue');
        const found = await waitFor('poison', 15 * minuteMs, () => queues.hasDeadLetter(body), waiting);
        isDead = found.isSo;
        const seconds = Math.round(found.elapsedMs / 1000);
        return compared(
          dead.name,
          dead.expected,
          `${isDead ? 'a dead letter' : 'not a dead letter'} after ${seconds} s`,
          isDead,
        );
      },
    },
    {
      ...rings,
      run: async () => {
        if (!isDead) return notChecked(rings.name, rings.expected, 'there is no dead letter');
        try {
          if (readAlarm === undefined)
            return notChecked(rings.name, rings.expected, 'there are no alarms here');
          const state: { last: string | undefined } = { last: undefined };
          const isRinging = async () => {
            state.last = await readAlarm();
            return state.last === 'ALARM' || state.last === undefined;
          };
          const { elapsedMs } = await waitFor(rings.name, 20 * minuteMs, isRinging, waiting);
          if (state.last === undefined) {
            return notChecked(rings.name, rings.expected, 'CloudWatch does not tell the state of the alarm');
          }
          const found = `${state.last} after ${Math.round(elapsedMs / 1000)} s`;
          return compared(rings.name, rings.expected, found, state.last === 'ALARM');
        } finally {
          await queues.removeDeadLetter(body);
        }
      },
    },
  ];
};
