import { checkHistory } from '../../fault/checker/check-history';
import type { Change, HandlerInvocation, History, Row } from '../../fault/history/history';
import { changesOf, handledAs, invocationsOf } from './handled-fixture';
import { goodHistory } from './history-fixture';

const invariant = 'stored events are handled in order';

/** What the checker finds about events in a history that is good but for these. */
const foundIn = (changes: Partial<History>): readonly string[] =>
  checkHistory({ ...goodHistory(), ...changes }).flatMap((violation) =>
    violation.invariant === invariant ? [violation.found] : [],
  );

/** Two messages of a conversation, one in each direction, and one of another conversation. */
const accountSid = 'AC00000000000000000000000000000001';
const message = (sid: string, from: string, to: string): Row => ({
  pk: `${accountSid}#MESSAGE#${sid}`,
  sk: 'MESSAGE',
  accountSid,
  direction: 'inbound',
  from,
  to,
  body: sid,
  params: '{}',
  query: '',
  status: 'received',
});
const first = message('SM1', '+15550100001', '+15550100002');
const second = message('SM2', '+15550100002', '+15550100001');
const other = message('SM3', '+15550100003', '+15550100002');
const rows = [first, second, other];

const inOrder = (...invocations: readonly Omit<HandlerInvocation, 'handler'>[]): Partial<History> =>
  stored(rows, [
    ...invocations.map((invocation) => ({ ...invocation, handler: 'InOrder' })),
    ...invocationsOf(rows).filter(({ handler }) => handler === 'InAnyOrder'),
  ]);

const stored = (of: readonly Row[], handlerInvocations: readonly HandlerInvocation[], changes?: readonly Change[]) => ({
  final: { ...goodHistory().final, rows: of },
  changes: changes ?? changesOf(of),
  handlerInvocations,
});

const batch = (at: number, of: readonly Row[], handled = true): Omit<HandlerInvocation, 'handler'> => ({
  startedAt: 2 * at,
  endedAt: 2 * at + 1,
  messages: invocationsOf(of)
    .filter(({ handler }) => handler === 'InOrder')
    .flatMap(({ messages }) => messages.map((message) => ({ ...message, handled }))),
});

test('accepts events in order, in one batch or in several, and what was delivered again', () => {
  expect(foundIn(inOrder(batch(0, rows)))).toEqual([]);
  expect(foundIn(inOrder(batch(0, [other]), batch(1, [first]), batch(2, [second])))).toEqual([]);
  expect(foundIn(inOrder(batch(0, [first], false), batch(1, rows), batch(2, [first])))).toEqual([]);
});

test('rejects a gateway that publishes nothing, whether the stream was read or not', () => {
  const nothing = foundIn(stored(rows, []));
  expect(nothing).toHaveLength(6);
  expect(foundIn(stored(rows, [], []))).toEqual(nothing);
});

test('rejects an event that a handler has received, but not handled', () => {
  expect(foundIn(inOrder(batch(0, rows), batch(1, [])))).toEqual([]);
  expect(foundIn(inOrder(batch(0, [first, other]), batch(1, [second], false)))).toEqual([
    expect.stringContaining('SM2'),
  ]);
});

test('rejects an event of something that was not stored, of something else, and for another handler', () => {
  const invented = message('SM4', '+15550100001', '+15550100002');
  expect(foundIn(inOrder(batch(0, rows), batch(1, [invented])))).toEqual([expect.stringContaining('SM4')]);
  const changed = { ...second, body: 'another text' };
  expect(foundIn(inOrder(batch(0, [first, changed, other])))).toEqual([expect.stringContaining('SM2')]);
  const call = { pk: `${accountSid}#EVENT#1`, sk: 'EVENT', accountSid, kind: 'event', params: '{}', query: '' };
  const everything = [...rows, call];
  const misled = invocationsOf(everything).map((invocation) => ({ ...invocation, handler: 'InAnyOrder' }));
  expect(foundIn(stored(everything, [...invocationsOf(everything), ...misled]))).toEqual([
    expect.stringContaining('EVENT#1'),
  ]);
});

test('rejects the wrong order in a conversation, and only there', () => {
  expect(foundIn(inOrder(batch(0, [second]), batch(1, [first]), batch(2, [other])))).toEqual([
    expect.stringContaining('SM1'),
  ]);
  expect(foundIn(inOrder(batch(0, [second, first, other])))).toEqual([expect.stringContaining('SM1')]);
  // The first failed, and the second was handled before its next delivery.
  expect(foundIn(inOrder(batch(0, [first], false), batch(1, [second, other]), batch(2, [first])))).toHaveLength(1);
  const inAnyOrder = invocationsOf([second, first, other]).filter(({ handler }) => handler === 'InAnyOrder');
  expect(foundIn(stored(rows, [{ ...batch(0, rows), handler: 'InOrder' }, ...inAnyOrder]))).toEqual([]);
});

test('rejects two invocations of a conversation at the same time, and only those', () => {
  const long = (of: readonly Row[]) => ({ ...batch(0, of), endedAt: 9 });
  expect(foundIn(inOrder(batch(1, [second]), { ...long([first, other]), endedAt: 3 }))).toHaveLength(2);
  expect(foundIn(inOrder(batch(1, [other]), long([first, second])))).toEqual([]);
});

test('rejects an event that is two messages of a queue', () => {
  const again = batch(1, [first]);
  const copy = { ...again, messages: again.messages.map((message) => ({ ...message, id: 'another' })) };
  expect(foundIn(inOrder(batch(0, rows), copy))).toEqual([expect.stringContaining('2 messages')]);
});

describe('a change of an item', () => {
  const outgoing = (status: string, errorCode?: string): Row => ({
    ...message('SM5', '+15550100002', '+15550100001'),
    direction: 'outbound',
    status,
    ...(errorCode === undefined ? {} : { errorCode }),
  });
  const change = (at: number, before: Row | undefined, after: Row | undefined): Change => ({
    sequenceNumber: String(at),
    before,
    after,
  });
  const handledWith = (changes: readonly Change[], handled: readonly Row[]): readonly string[] =>
    foundIn(stored([], invocationsOf(handled), changes));

  test.each([
    ['a status that moves forward', [outgoing('sent'), outgoing('delivered')], 2],
    ['an error code that comes later', [outgoing('failed'), outgoing('failed', '30007')], 2],
    ['a status that moves back', [outgoing('delivered'), outgoing('sent')], 1],
    ['a write that changes something else', [outgoing('sent'), { ...outgoing('sent'), query: 'order=1' }], 1],
    ['a message whose status came first', [outgoing('sent'), message('SM5', '+15550100001', '+15550100002')], 2],
  ])('counts events of %s', (_name, [first, second], events) => {
    const changes = [change(1, undefined, first), change(2, first, second), change(3, second, undefined)];
    const expected = [first, second].slice(0, events).filter((row) => row !== undefined);
    expect(handledWith(changes, expected)).toEqual([]);
    expect(handledWith(changes, expected.slice(0, -1))).not.toEqual([]);
  });

  test('needs the event of the status that the table has in the end', () => {
    const row = outgoing('delivered');
    expect(foundIn({ ...stored([row], []), changes: [] })).toHaveLength(1);
    expect(foundIn({ ...stored([row], []), ...handledAs([row]) })).toEqual([]);
  });
});
