import type { Invocation, MessageCount, Strike } from '../history/history';
import type { Check, Violation } from './check-history';
import { carries, isKept, sent } from './rows';

/** Conservation: events + in flight + dead = sent - taken off, at every instant that was looked at. */
const balanceOf = ({ when, sent: given, takenOff, events, deadLetters }: MessageCount): Violation[] => {
  const there = events + deadLetters;
  const [least, most] = [given.least - takenOff, given.most - takenOff];
  if (there >= least && there <= most) return [];
  const due = least === most ? String(least) : `${least} to ${most}`;
  return [
    {
      invariant: 'no message vanishes',
      found: `${when}, ${events} messages were on the event queue and ${deadLetters} dead letters: ${there} instead of ${due}`,
    },
  ];
};

export const messagesAreConserved: Check = ({ counts, quiet, final }) => [
  ...[...counts, quiet.count, final.count].flatMap((one) => (one === undefined ? [] : balanceOf(one))),
  ...[quiet, final].flatMap(({ count, deadLetters }): Violation[] =>
    count === undefined || count.deadLetters !== deadLetters.length || count.events !== 0
      ? [
          {
            invariant: 'no message vanishes',
            found: `${deadLetters.length} dead letters could be seen, and the queues hold ${JSON.stringify(count)}`,
          },
        ]
      : [],
  ),
];

/** Whatever was answered: what SQS had and the consumer took off the queue is stored. */
export const takenOffIsStored: Check = (history) => {
  const takenOff = new Set(
    history.invocations.flatMap(({ records }) =>
      records.filter(({ outcome }) => outcome === 'done').map(({ body }) => body),
    ),
  );
  const poison = [...takenOff].filter((body) => history.poison.includes(body));
  return [
    ...poison.map((): Violation => ({
      invariant: 'no message vanishes',
      found: 'a message that cannot be read was taken off the queue',
    })),
    ...sent(history)
      .filter(
        ({ request }) =>
          request.forgery === undefined &&
          request.rows.length > 0 &&
          [...takenOff].some((body) => carries(body, request)),
      )
      .flatMap(({ request }) =>
        request.rows
          .filter((expected) => !isKept(history, history.final.rows, request, expected))
          .map((expected): Violation => ({
            invariant: 'no message vanishes',
            found: `${request.id} was taken off the queue, and its ${expected.sk} is not stored`,
          })),
      ),
  ];
};

const sorted = (bodies: readonly string[]): string => JSON.stringify([...bodies].sort());

/** What nobody can read waits for people, each once; and nothing else waits with it once everything is healed. */
export const onlyPoisonIsDead: Check = ({ poison, final: { deadLetters } }) =>
  sorted(poison) === sorted(deadLetters)
    ? []
    : [
        {
          invariant: 'only poison is dead',
          found:
            `in the end there are ${deadLetters.length} dead letters, ` +
            `${deadLetters.filter((body) => !poison.includes(body)).length} of them no poison, ` +
            `after ${poison.length} messages that cannot be read`,
        },
      ];

const isWithin = ({ fromMs, toMs }: Strike, { startedAtMs, endedAtMs }: Invocation): boolean =>
  fromMs <= endedAtMs && toMs >= startedAtMs;

/** A record that no fault was about is not sent on its way to the dead letters because of what is beside it. */
export const goodIsNotFailed: Check = ({ invocations, strikes, poison }) =>
  invocations
    .filter(({ starved }) => !starved)
    .flatMap((invocation) => {
      const met = strikes.filter((strike) => isWithin(strike, invocation));
      return invocation.records
        .filter(
          ({ body, outcome }) =>
            outcome === 'failed' && !poison.includes(body) && !met.some(({ about }) => body.includes(about)),
        )
        .map(({ body }): Violation => ({
          invariant: 'only poison is dead',
          found: `a message without any fault in its way was reported as failed, among ${invocation.records.length} (${body.length} characters)`,
        }));
    });
