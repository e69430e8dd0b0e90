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

/** `no dead letters`, `1 dead letter`, `1,204 dead letters`. */
export const deadLetterCount = (count: number): string => {
  if (count === 0) return 'no dead letters';
  return count === 1 ? '1 dead letter' : `${count.toLocaleString('en')} dead letters`;
};

/** `2 messages wait, 1 in flight, no dead letters.` */
export const describeTotals = ({ waiting, inFlight, deadLetters }: QueueTotals): string => {
  const waits = waiting === 1 ? 'waits' : 'wait';
  return `${waiting === 0 ? 'Nothing waits' : `${messages(waiting)} ${waits}`}, ${inFlight} in flight, ${deadLetterCount(deadLetters)}.`;
};
