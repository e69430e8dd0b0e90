import { historyHandlers, type HistoryHandler } from '../events/handlers';
import type { HandlerInvocation, History } from '../history/history';
import type { Violation } from './check-history';
import { expectedOf, factOf, factsOfRow, type ExpectedEvent } from './expected-events';

const violation = (found: string): Violation => ({ invariant: 'stored events are handled in order', found });

/** What these checks read of a history. */
export interface HandledHistory extends Pick<History, 'changes' | 'handlerInvocations'> {
  readonly final: Pick<History['final'], 'rows'>;
}

/** The fields of the event in a queue message that the checker reads. */
interface Received {
  readonly type: string;
  readonly id: string;
  readonly item: { readonly pk: string; readonly sk: string };
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Delivery {
  readonly messageId: string;
  readonly fact: string;
  readonly received: Received;
  readonly handled: boolean;
  readonly invocation: HandlerInvocation;
}

/** What a handler was given, one entry for each message of its batches. */
export const deliveriesTo = (
  { name }: HistoryHandler,
  { handlerInvocations }: Pick<History, 'handlerInvocations'>,
): readonly Delivery[] =>
  handlerInvocations
    .filter(({ handler }) => handler === name)
    .flatMap((invocation) =>
      invocation.messages.map(({ id, body, handled }) => {
        // Published by the gateway, and checked below against what was stored.
        const received = JSON.parse(body) as Received;
        const { status, errorCode } = received.data ?? {};
        return {
          messageId: id,
          fact: factOf(received.type, received.item, status, errorCode),
          received,
          handled,
          invocation,
        };
      }),
    );

/** The first event of each fact, in stored order: a change that is repeated by a later write is one event. */
const expectedEvents = ({ changes }: HandledHistory): ReadonlyMap<string, ExpectedEvent> => {
  const events = new Map<string, ExpectedEvent>();
  for (const change of changes) {
    const event = expectedOf(change);
    if (event !== undefined && !events.has(event.fact)) events.set(event.fact, event);
  }
  return events;
};

const ofEachHandler =
  (
    check: (
      handler: HistoryHandler,
      deliveries: readonly Delivery[],
      expected: ReadonlyMap<string, ExpectedEvent>,
      history: HandledHistory,
    ) => readonly string[],
  ): ((history: HandledHistory) => readonly Violation[]) =>
  (history) => {
    const expected = expectedEvents(history);
    return historyHandlers.flatMap((handler) =>
      check(handler, deliveriesTo(handler, history), expected, history).map((found) =>
        violation(`${handler.name}: ${found}`),
      ),
    );
  };

/** Every change that is an event, and every row of the table, has reached each handler that wants its type. */
export const everyEventIsHandled = ofEachHandler(({ types }, deliveries, expected, { final }) => {
  const handled = new Set(deliveries.filter((delivery) => delivery.handled).map(({ fact }) => fact));
  const wanted = [...expected.values(), ...final.rows.flatMap(factsOfRow)].filter(({ type }) => types.includes(type));
  return [...new Set(wanted.map(({ fact }) => fact))]
    .filter((fact) => !handled.has(fact))
    .map((fact) => `${fact} was never handled`);
});

/** Nothing else has, and what has says what was stored. */
export const onlyStoredIsHandled = ofEachHandler(({ types }, deliveries, expected) => {
  const wrong = deliveries.filter(({ fact, received }) => {
    const event = expected.get(fact);
    return event === undefined || !types.includes(event.type) || !says(received, event);
  });
  return [...new Set(wrong.map(({ fact }) => fact))].map((fact) => `${fact} was received, and not stored like that`);
});

const contents = ['accountSid', 'from', 'to', 'body', 'payload', 'params', 'query', 'status', 'errorCode'];

const says = ({ data }: Received, { type, row }: ExpectedEvent): boolean => {
  // A message item has a text and a status, and its events are about one of them.
  const others: readonly string[] =
    type === 'twilio.webhook.message.received'
      ? ['status', 'errorCode']
      : type === 'twilio.webhook.message.status-changed'
        ? ['body', 'query', 'params']
        : [];
  return contents
    .filter((name) => row[name] !== undefined && !others.includes(name))
    .every((name) => (name === 'params' ? JSON.stringify(data?.[name]) : data?.[name]) === row[name]);
};

/** An event is one message of a queue, however often it is published. */
export const everyEventIsOneMessage = ofEachHandler((_handler, deliveries) => {
  const ids = new Map<string, Set<string>>();
  for (const { fact, messageId } of deliveries) ids.set(fact, (ids.get(fact) ?? new Set()).add(messageId));
  return [...ids].filter(([, { size }]) => size > 1).map(([fact, { size }]) => `${fact} was ${size} messages`);
});

/** The first time that each event of a conversation was handled is in stored order. */
export const handledInStoredOrder = ofEachHandler(({ ordering }, deliveries, expected) => {
  if (ordering === 'none') return [];
  const places = new Map([...expected.keys()].map((fact, at) => [fact, at]));
  const latest = new Map<string, number>();
  const seen = new Set<string>();
  return deliveries.flatMap(({ fact, handled }) => {
    const [event, place] = [expected.get(fact), places.get(fact)];
    if (event === undefined || place === undefined || !handled || seen.has(fact)) return [];
    seen.add(fact);
    const before = latest.get(event.conversation) ?? -1;
    latest.set(event.conversation, Math.max(before, place));
    return before > place ? [`${fact} was handled after a later event of its conversation`] : [];
  });
});

/** Two invocations with the same conversation do not overlap. */
export const conversationsDoNotOverlap = ofEachHandler(({ ordering }, deliveries, expected) => {
  if (ordering === 'none') return [];
  const endOf = new Map<string, HandlerInvocation>();
  const byStart = [...deliveries].sort((one, other) => one.invocation.startedAt - other.invocation.startedAt);
  return byStart.flatMap(({ fact, invocation }) => {
    const { conversation } = expected.get(fact) ?? {};
    if (conversation === undefined) return [];
    const before = endOf.get(conversation);
    if (before === invocation) return [];
    endOf.set(conversation, before !== undefined && before.endedAt > invocation.endedAt ? before : invocation);
    return before !== undefined && before.endedAt > invocation.startedAt
      ? [`${fact} was received while another event of its conversation was being handled`]
      : [];
  });
});
