import type { Invocation, MessageCount, InjectedFault } from '../history/history';
import type { Check, Violation } from './check-history';
import { carries, isKept, sent } from './rows';

/** Conservation: events + in flight + dead letters = sent - deleted, whenever they were counted. */
const balanceOf = ({ when, sent: given, deleted, events, deadLetters }: MessageCount): Violation[] => {
  const actual = events + deadLetters;
  const [least, most] = [given.least - deleted, given.most - deleted];
  if (actual >= least && actual <= most) return [];
  const expected = least === most ? String(least) : `${least} to ${most}`;
  return [
    {
      invariant: 'no message is lost',
      found:
        `${when}, ${events} messages were on the event queue and ${deadLetters} dead letters: ` +
        `${actual} instead of ${expected}`,
    },
  ];
};

export const messagesAreConserved: Check = ({ counts, afterTraffic, final }) => [
  ...[...counts, afterTraffic.count, final.count].flatMap((count) => (count === undefined ? [] : balanceOf(count))),
  ...[afterTraffic, final].flatMap(({ count, deadLetters }): Violation[] =>
    count === undefined || count.deadLetters !== deadLetters.length || count.events !== 0
      ? [
          {
            invariant: 'no message is lost',
            found: `${deadLetters.length} dead letters could be received, and the queues hold ${JSON.stringify(count)}`,
          },
        ]
      : [],
  ),
];

/** A message that the consumer deleted from the queue is stored, whatever ingress answered. */
export const deletedIsStored: Check = (history) => {
  const deleted = new Set(
    history.invocations.flatMap(({ records }) =>
      records.filter(({ outcome }) => outcome === 'done').map(({ body }) => body),
    ),
  );
  const poison = [...deleted].filter((body) => history.poison.includes(body));
  return [
    ...poison.map((): Violation => ({
      invariant: 'no message is lost',
      found: 'an unreadable message was deleted from the queue',
    })),
    ...sent(history)
      .filter(
        ({ request }) =>
          request.forgery === undefined &&
          request.rows.length > 0 &&
          [...deleted].some((body) => carries(body, request)),
      )
      .flatMap(({ request }) =>
        request.rows
          .filter((expected) => !isKept(history, history.final.rows, request, expected))
          .map((expected): Violation => ({
            invariant: 'no message is lost',
            found: `${request.id} was deleted from the queue, and its ${expected.sk} is not stored`,
          })),
      ),
  ];
};

const sorted = (bodies: readonly string[]): string => JSON.stringify([...bodies].sort());

/** In the end each unreadable message is one dead letter, and there are no others. */
export const onlyPoisonIsDeadLetter: Check = ({ poison, final: { deadLetters } }) =>
  sorted(poison) === sorted(deadLetters)
    ? []
    : [
        {
          invariant: 'only poison becomes a dead letter',
          found:
            `in the end there are ${deadLetters.length} dead letters, ` +
            `${deadLetters.filter((body) => !poison.includes(body)).length} of them readable, ` +
            `after ${poison.length} unreadable messages`,
        },
      ];

const isWithin = ({ fromMs, toMs }: InjectedFault, { startedAtMs, endedAtMs }: Invocation): boolean =>
  fromMs <= endedAtMs && toMs >= startedAtMs;

/** A record that no fault affected must not fail because of another record in its batch. */
export const goodRecordDoesNotFail: Check = ({ invocations, injectedFaults, poison }) =>
  invocations
    .filter(({ starved }) => !starved)
    .flatMap((invocation) => {
      const met = injectedFaults.filter((fault) => isWithin(fault, invocation));
      return invocation.records
        .filter(
          ({ body, outcome }) =>
            outcome === 'failed' && !poison.includes(body) && !met.some(({ about }) => body.includes(about)),
        )
        .map(({ body }): Violation => ({
          invariant: 'only poison becomes a dead letter',
          found:
            `a message that no fault affected was reported as failed, in a batch of ${invocation.records.length} ` +
            `(${body.length} characters)`,
        }));
    });
