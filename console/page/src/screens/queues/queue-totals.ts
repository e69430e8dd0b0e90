import type { QueueView } from '../../../../api';

export interface QueueTotals {
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: number;
}

export const totalsOf = (queues: readonly QueueView[]): QueueTotals =>
  queues.reduce<QueueTotals>(
    (total, { waiting, inFlight, deadLetters }) => ({
      waiting: total.waiting + waiting,
      inFlight: total.inFlight + inFlight,
      deadLetters: total.deadLetters + deadLetters,
    }),
    { waiting: 0, inFlight: 0, deadLetters: 0 },
  );

const messages = (count: number): string => (count === 1 ? '1 message' : `${count.toLocaleString('en')} messages`);

/** `2 messages wait, 1 in flight, no dead letters.` */
export const describeTotals = ({ waiting, inFlight, deadLetters }: QueueTotals): string => {
  const waits = waiting === 1 ? 'waits' : 'wait';
  const dead =
    deadLetters === 0 ? 'no dead letters' : deadLetters === 1 ? '1 dead letter' : `${deadLetters} dead letters`;
  return `${waiting === 0 ? 'Nothing waits' : `${messages(waiting)} ${waits}`}, ${inFlight} in flight, ${dead}.`;
};
