import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../context';
import { compared, notChecked, type Check } from './check';
import type { PoisonQueues } from '../clients/ports';

/** The state of the alarm on the dead-letter queue; undefined if AWS does not return it. */
type ReadAlarm = () => Promise<string | undefined>;

type Waiting = Pick<CommandContext, 'sleep' | 'now' | 'signal' | 'output'>;

const minuteMs = 60_000;
const pauseMs = 5_000;

/** Polls until the condition holds or the time is over. */
const waitFor = async (
  what: string,
  limitMs: number,
  condition: () => Promise<boolean>,
  { sleep, now, signal, output }: Waiting,
): Promise<{ readonly isMet: boolean; readonly elapsedMs: number }> => {
  const startedAt = now().getTime();
  let notedAt = startedAt;
  for (;;) {
    signal.throwIfAborted();
    const isMet = await condition();
    const elapsedMs = now().getTime() - startedAt;
    if (isMet || elapsedMs >= limitMs) return { isMet, elapsedMs };
    if (now().getTime() - notedAt >= minuteMs) {
      notedAt = now().getTime();
      output.note(`${what}: not yet after ${Math.round(elapsedMs / 1000)} s`);
    }
    await sleep(pauseMs);
  }
};

/**
 * Sends one message that no consumer can read, waits until it is a dead letter and until the alarm fires; then removes
 * it. Its body is random, so that no other message is removed.
 * @param readAlarm undefined if there are no alarms
 */
export const poisonChecks = (
  queues: PoisonQueues,
  readAlarm: ReadAlarm | undefined,
  waiting: Waiting,
): readonly Check[] => {
  const body = `gateway verify ${randomUUID()}`;
  let isDead = false;
  // Five receives, each with a visibility timeout of two minutes, and a margin.
  const dead = { name: 'poison', expected: 'a dead letter within 15 minutes, after 5 receives' };
  const alarm = { name: 'dead-letter-alarm', expected: 'in ALARM within 20 minutes of the dead letter' };
  return [
    {
      ...dead,
      run: async () => {
        await queues.send(body);
        waiting.output.note('poison: one message that no consumer can read was sent to the event queue');
        const found = await waitFor('poison', 15 * minuteMs, () => queues.hasDeadLetter(body), waiting);
        isDead = found.isMet;
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
      ...alarm,
      run: async () => {
        if (!isDead) return notChecked(alarm.name, alarm.expected, 'there is no dead letter');
        try {
          if (readAlarm === undefined) return notChecked(alarm.name, alarm.expected, 'there are no alarms here');
          const state: { last: string | undefined } = { last: undefined };
          const isInAlarm = async () => {
            state.last = await readAlarm();
            return state.last === 'ALARM' || state.last === undefined;
          };
          const { elapsedMs } = await waitFor(alarm.name, 20 * minuteMs, isInAlarm, waiting);
          if (state.last === undefined) {
            return notChecked(alarm.name, alarm.expected, 'CloudWatch did not return the state of the alarm');
          }
          const found = `${state.last} after ${Math.round(elapsedMs / 1000)} s`;
          return compared(alarm.name, alarm.expected, found, state.last === 'ALARM');
        } finally {
          await queues.removeDeadLetter(body);
        }
      },
    },
  ];
};
