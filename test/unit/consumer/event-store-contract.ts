import * as fc from 'fast-check';
import type {
  EventStore,
  IncomingMessage,
  Media,
  OptOut,
  SignedText,
  StatusCallback,
} from '../../../lambda/consumer/ports';
import { createInMemoryEventStore } from './in-memory-event-store';
import { accountSid, at, callback, from, incoming, nextMessageSid, otherAccountSid, otherEvent, to } from './webhooks';

/** A message item as its readers see it, without keys and bookkeeping. */
export interface StoredMessage {
  readonly accountSid: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly receivedAt: string;
  readonly requestId: string;
  readonly body?: string;
  readonly media?: readonly Media[];
  readonly params?: string;
  readonly query?: string;
  readonly fallback?: boolean;
  readonly status?: string;
  readonly errorCode?: string;
  readonly updatedAt?: string;
  readonly via?: string;
}

export interface StoredStatus {
  readonly status: string;
  readonly errorCode?: string;
  readonly receivedAt: string;
  readonly query: string;
  readonly params: string;
  readonly via?: string;
}

export interface StoredEvent {
  readonly kind: string;
  readonly accountSid: string;
  readonly receivedAt: string;
  readonly query: string;
  readonly route: string;
  readonly type?: string;
  readonly source?: string;
  readonly reason?: string;
  readonly params?: string;
  readonly payload?: string;
  readonly payloadBase64?: string;
}

export type StoredOptOut = Pick<OptOut, 'state' | 'source' | 'changedAt' | 'messageSid' | 'from' | 'to'>;

export interface TestableEventStore {
  readMessage(accountSid: string, messageSid: string): Promise<StoredMessage | undefined>;
  /** In the order of the sort key. */
  readHistory(accountSid: string, messageSid: string): Promise<readonly StoredStatus[]>;
  /** @param contentHash reads the event with other content that was stored under the same id */
  readEvent(accountSid: string, eventId: string, contentHash?: string): Promise<StoredEvent | undefined>;
  readOptOut(accountSid: string, own: string, person: string): Promise<StoredOptOut | undefined>;
}

type Webhook = IncomingMessage | StatusCallback;

const signal = new AbortController().signal;

export const deliver = async (store: EventStore, webhook: Webhook): Promise<unknown> =>
  webhook.kind === 'message' ? store.storeMessage(webhook, signal) : store.storeStatus(webhook, signal);

/**
 * Deliveries of one message: any statuses, known or not, several deliveries of one event, with or without an incoming
 * message, some through the fallback lane, some backfilled.
 */
export const deliveries = (messageSid: string): fc.Arbitrary<readonly Webhook[]> => {
  const delivery = fc.record({
    receivedAt: fc.integer({ min: 0, max: 4 }).map(at),
    requestId: fc.integer({ min: 0, max: 9999 }).map((n) => `r${n}`),
    from: fc.constantFrom(from, '+15550100003', ''),
    query: fc.constantFrom('', 'order=17'),
    via: fc.constantFrom(undefined, undefined, 'fallback' as const, 'backfill' as const),
  });
  const varied = delivery.map(({ via, ...rest }) => (via === undefined ? rest : { ...rest, via }));
  const status = fc
    .tuple(
      fc.constantFrom(
        'received',
        'receiving',
        'queued',
        'sent',
        'failed',
        'undelivered',
        'delivered',
        'read',
        'teleported',
      ),
      fc.option(fc.constantFrom('30003', '30005'), { nil: undefined }),
      varied,
    )
    .map(([name, errorCode, rest]) =>
      callback(messageSid, name, errorCode === undefined ? rest : { ...rest, errorCode }),
    );
  const message = fc.tuple(fc.string(), varied).map(([body, rest]) => incoming({ messageSid, body, ...rest }));
  return (
    fc
      .tuple(fc.array(status, { maxLength: 6 }), fc.array(message, { maxLength: 2 }))
      .map(([statuses, messages]) => [...statuses, ...messages])
      // One request is one delivery: it has one id.
      .filter((all) => new Set(all.map(({ requestId }) => requestId)).size === all.length)
  );
};

/** The same deliveries in another order, some of them twice. */
export const disordered = <T>(all: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc
    .shuffledSubarray([...all], { minLength: 0 })
    .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }));

/**
 * The contract of every `EventStore`.
 * @param effort lower for a slow store: 1 of `everyOrder` orders of five statuses is tried, and the property test has
 * `numRuns` runs
 */
export const describeEventStore = (
  name: string,
  createStore: () => Promise<EventStore & TestableEventStore>,
  effort: { readonly everyOrder: number; readonly numRuns: number },
): void => {
  describe(`the event store (${name})`, () => {
    let store: EventStore & TestableEventStore;
    beforeAll(async () => {
      store = await createStore();
    });

    it('stores an incoming message once, however often it is delivered', async () => {
      const messageSid = nextMessageSid();
      const media = [{ url: 'https://api.example/media/0', contentType: 'image/png' }];
      const message = incoming({ messageSid, media, numMedia: 1, query: 'a=1', receivedAt: at(1) });
      const replay = { ...message, receivedAt: at(2), requestId: 'replay', body: 'later' };

      const outcomes = [
        await store.storeMessage(message, signal),
        await store.storeMessage(message, signal),
        await store.storeMessage(replay, signal),
      ];

      expect(outcomes).toEqual(['stored', 'duplicate', 'duplicate']);
      expect(await store.readMessage(accountSid, messageSid)).toEqual({
        accountSid,
        direction: 'inbound',
        from,
        to,
        receivedAt: at(1),
        requestId: message.requestId,
        body: 'héllo 🌍',
        media,
        params: message.params,
        query: 'a=1',
        fallback: false,
        status: 'received',
        updatedAt: at(1),
      });
      expect(await store.readHistory(accountSid, messageSid)).toEqual([]);
    });

    it('stores a webhook once if two invocations store it at the same time', async () => {
      const messageSid = nextMessageSid();
      const message = incoming({ messageSid });
      const sent = callback(messageSid, 'sent');
      const outcomes = await Promise.all([1, 2, 3].map(() => store.storeMessage(message, signal)));
      const statuses = await Promise.all([1, 2, 3].map(() => store.storeStatus(sent, signal)));
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
      expect(statuses.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
      expect(await store.readHistory(accountSid, messageSid)).toHaveLength(1);
    });

    it('keeps the delivery that was received first, also if it is processed last', async () => {
      const messageSid = nextMessageSid();
      await store.storeMessage(incoming({ messageSid, receivedAt: at(5), fallback: true }), signal);
      const outcome = await store.storeMessage(incoming({ messageSid, receivedAt: at(4) }), signal);
      expect(outcome).toBe('duplicate');
      expect(await store.readMessage(accountSid, messageSid)).toMatchObject({
        receivedAt: at(4),
        updatedAt: at(4),
        fallback: false,
      });
    });

    it('keeps a backfill until a webhook comes, whichever was received first, and stores nothing twice', async () => {
      const messageSid = nextMessageSid();
      const backfill = { via: 'backfill', receivedAt: at(1) } as const;
      const outcomes = [
        await store.storeMessage(incoming({ messageSid, ...backfill, from: '+15550100009' }), signal),
        await store.storeMessage(incoming({ messageSid, ...backfill, receivedAt: at(0) }), signal),
        (await store.storeStatus(callback(messageSid, 'delivered', backfill), signal)).outcome,
      ];
      expect(outcomes).toEqual(['stored', 'duplicate', 'stored']);
      expect(await store.readMessage(accountSid, messageSid)).toMatchObject({ via: 'backfill', receivedAt: at(0) });
      expect(await store.readHistory(accountSid, messageSid)).toMatchObject([{ via: 'backfill', receivedAt: at(1) }]);

      const later = [
        await store.storeMessage(incoming({ messageSid, receivedAt: at(2), query: 'a=1' }), signal),
        (await store.storeStatus(callback(messageSid, 'delivered', { receivedAt: at(2) }), signal)).outcome,
        await store.storeMessage(incoming({ messageSid, ...backfill, receivedAt: at(0) }), signal),
        (await store.storeStatus(callback(messageSid, 'delivered', backfill), signal)).outcome,
      ];
      expect(later).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate']);
      const message = await store.readMessage(accountSid, messageSid);
      expect(message).toMatchObject({ from, receivedAt: at(2), query: 'a=1', status: 'delivered' });
      expect(message).not.toHaveProperty('via');
      const [status] = await store.readHistory(accountSid, messageSid);
      expect(status).toMatchObject({ receivedAt: at(2) });
      expect(status).not.toHaveProperty('via');
    });

    it('says that a message came through the fallback lane, until an earlier delivery to its own URL', async () => {
      const messageSid = nextMessageSid();
      await store.storeMessage(incoming({ messageSid, via: 'fallback', receivedAt: at(1) }), signal);
      await store.storeMessage(incoming({ messageSid, receivedAt: at(2) }), signal);
      await store.storeStatus(callback(messageSid, 'sent', { via: 'backfill', receivedAt: at(0) }), signal);
      expect(await store.readMessage(accountSid, messageSid)).toMatchObject({ via: 'fallback', receivedAt: at(1) });
      await store.storeMessage(incoming({ messageSid, receivedAt: at(0) }), signal);
      expect(await store.readMessage(accountSid, messageSid)).not.toHaveProperty('via');
    });

    it('does not add the error of a backfilled status to a message that is further', async () => {
      const messageSid = nextMessageSid();
      await store.storeStatus(callback(messageSid, 'delivered'), signal);
      await store.storeStatus(callback(messageSid, 'undelivered', { errorCode: '30003', via: 'backfill' }), signal);
      const message = await store.readMessage(accountSid, messageSid);
      expect(message).toMatchObject({ status: 'delivered' });
      expect(message).not.toHaveProperty('errorCode');
      expect(message).not.toHaveProperty('via');
    });

    it('keeps direction, addresses and text of an incoming message when a status comes for it', async () => {
      const messageSid = nextMessageSid();
      await store.storeMessage(incoming({ messageSid, receivedAt: at(1) }), signal);
      await store.storeStatus(callback(messageSid, 'delivered', { receivedAt: at(0), from: '+15550100009' }), signal);
      expect(await store.readMessage(accountSid, messageSid)).toMatchObject({
        direction: 'inbound',
        from,
        body: 'héllo 🌍',
        receivedAt: at(1),
        status: 'delivered',
        updatedAt: at(0),
      });
    });

    it('keeps two different statuses of one message, and the same status with two error codes, apart', async () => {
      const messageSid = nextMessageSid();
      for (const [status, errorCode] of [['sent'], ['undelivered', '30003'], ['undelivered', '30005'], ['delivered']]) {
        const varied = errorCode === undefined ? {} : { errorCode };
        const { outcome } = await store.storeStatus(callback(messageSid, status ?? '', varied), signal);
        expect(outcome).toBe('stored');
      }
      const history = await store.readHistory(accountSid, messageSid);
      expect(history.map(({ status, errorCode }) => [status, errorCode])).toEqual([
        ['delivered', undefined],
        ['sent', undefined],
        ['undelivered', '30003'],
        ['undelivered', '30005'],
      ]);
      expect(history[0]).toMatchObject({
        query: 'order=17',
        params: '{"MessageStatus":"delivered"}',
        receivedAt: at(0),
      });
      const message = await store.readMessage(accountSid, messageSid);
      expect(message).toMatchObject({ status: 'delivered', direction: 'outbound' });
      expect(message).not.toHaveProperty('errorCode');
    });

    it('returns the status that the message had, so that two final statuses can be noticed', async () => {
      const messageSid = nextMessageSid();
      expect(await store.storeStatus(callback(messageSid, 'failed'), signal)).toEqual({ outcome: 'stored' });
      expect(await store.storeStatus(callback(messageSid, 'delivered'), signal)).toEqual({
        outcome: 'stored',
        earlierStatus: 'failed',
      });
      expect(await store.storeStatus(callback(messageSid, 'undelivered'), signal)).toEqual({
        outcome: 'stored',
        earlierStatus: 'delivered',
      });
    });

    it('keeps an unknown status as history and leaves the status of the message alone', async () => {
      const messageSid = nextMessageSid();
      await store.storeStatus(callback(messageSid, 'teleported', { receivedAt: at(1) }), signal);
      expect(await store.readMessage(accountSid, messageSid)).not.toHaveProperty('status');
      await store.storeStatus(callback(messageSid, 'sent', { receivedAt: at(2) }), signal);
      await store.storeStatus(callback(messageSid, 'beamed', { receivedAt: at(3) }), signal);
      expect(await store.readMessage(accountSid, messageSid)).toMatchObject({
        status: 'sent',
        updatedAt: at(2),
      });
      expect(await store.readHistory(accountSid, messageSid)).toHaveLength(3);
    });

    it('stores any other event once', async () => {
      const event = otherEvent({
        eventId: nextMessageSid(),
        type: 'com.example.sent',
        source: '/source',
        query: 'q',
      });
      const usage = otherEvent({
        eventId: nextMessageSid(),
        kind: 'usage',
        content: { params: '{"":"x","a[b]":"y"}' },
      });
      expect(await store.storeEvent(event, signal)).toBe('stored');
      expect(await store.storeEvent({ ...event, receivedAt: at(9) }, signal)).toBe('duplicate');
      expect(await store.storeEvent(usage, signal)).toBe('stored');
      expect(await store.readEvent(accountSid, event.eventId)).toEqual({
        kind: 'event',
        accountSid,
        receivedAt: at(0),
        query: 'q',
        route: 'events',
        type: 'com.example.sent',
        source: '/source',
        payload: '{"a":1}',
      });
      expect(await store.readEvent(accountSid, usage.eventId)).toMatchObject({
        kind: 'usage',
        params: '{"":"x","a[b]":"y"}',
      });
    });

    it('keeps the accounts apart: none can take or change an item of another', async () => {
      const messageSid = nextMessageSid();
      const event = otherEvent({ eventId: nextMessageSid() });
      const foreign = { accountSid: otherAccountSid, receivedAt: at(1), from: '+15550100066' };
      // The other account comes first, and earlier.
      await store.storeMessage(incoming({ messageSid, ...foreign }), signal);
      await store.storeStatus(callback(messageSid, 'read', foreign), signal);
      await store.storeEvent({ ...event, accountSid: otherAccountSid, receivedAt: at(1) }, signal);

      const outcomes = [
        await store.storeMessage(incoming({ messageSid, receivedAt: at(5) }), signal),
        (await store.storeStatus(callback(messageSid, 'sent', { receivedAt: at(6) }), signal)).outcome,
        await store.storeEvent({ ...event, receivedAt: at(5) }, signal),
      ];

      expect(outcomes).toEqual(['stored', 'stored', 'stored']);
      expect(await store.readMessage(accountSid, messageSid)).toMatchObject({ from, status: 'sent' });
      expect(await store.readHistory(accountSid, messageSid)).toHaveLength(1);
      expect(await store.readMessage(otherAccountSid, messageSid)).toMatchObject({
        from: '+15550100066',
        status: 'read',
      });
    });

    it('stores other content of a known id under its own key, once, and leaves the first unchanged', async () => {
      const event = otherEvent({ eventId: nextMessageSid(), receivedAt: at(3) });
      const other = { ...event, content: { payload: '{"a":2}' }, contentHash: 'other', receivedAt: at(1) };
      const outcomes = [
        await store.storeEvent(event, signal),
        await store.storeEvent(other, signal),
        // An earlier receive of the same queue message may have ended before it reported the event.
        await store.storeEvent(other, signal),
        await store.storeEvent({ ...other, requestId: 'later', receivedAt: at(4) }, signal),
        await store.storeEvent({ ...event, receivedAt: at(2) }, signal),
      ];
      expect(outcomes).toEqual(['stored', 'other_content', 'other_content', 'duplicate', 'duplicate']);
      expect(await store.readEvent(accountSid, event.eventId)).toMatchObject({
        payload: '{"a":1}',
        receivedAt: at(2),
      });
      expect(await store.readEvent(accountSid, event.eventId, 'other')).toMatchObject({
        payload: '{"a":2}',
        receivedAt: at(1),
      });
    });

    it('stores binary content, and why an event is unrecognized', async () => {
      const event = otherEvent({
        eventId: nextMessageSid(),
        kind: 'unrecognized',
        route: 'messages',
        reason: 'message_sid_missing',
        content: { payloadBase64: '/w==' },
      });
      expect(await store.storeEvent(event, signal)).toBe('stored');
      expect(await store.readEvent(accountSid, event.eventId)).toMatchObject({
        kind: 'unrecognized',
        route: 'messages',
        reason: 'message_sid_missing',
        payloadBase64: '/w==',
      });
    });

    const text = (varied: Partial<SignedText> = {}): SignedText => ({
      accountSid,
      signedTextHash: nextMessageSid(),
      reading: 'one',
      requestId: 'first',
      receivedAt: at(1),
      ...varied,
    });

    it('gives a signed text to the first request, and to each redelivery of its queue message', async () => {
      const first = text();
      expect(await store.claimText(first, signal)).toEqual({ kind: 'claimed', eventsStored: 0 });
      expect(await store.claimText(first, signal)).toEqual({ kind: 'claimed', eventsStored: 0, isAgain: true });
      await store.saveProgress(first, 500, signal);
      expect(await store.claimText(first, signal)).toEqual({ kind: 'claimed', eventsStored: 500, isAgain: true });
      expect(await store.claimText({ ...first, accountSid: otherAccountSid }, signal)).toEqual({
        kind: 'claimed',
        eventsStored: 0,
      });
    });

    it('recognizes a repeated text, and whether it has another idempotency token', async () => {
      const first = text({ idempotencyToken: 'token-1' });
      await store.claimText(first, signal);
      const again = { ...first, requestId: 'second', receivedAt: at(2) };
      const { idempotencyToken, ...without } = again;
      expect(idempotencyToken).toBe('token-1');
      const outcomes = [
        await store.claimText(again, signal),
        await store.claimText(without, signal),
        await store.claimText({ ...again, idempotencyToken: 'token-2' }, signal),
        await store.claimText(first, signal),
      ];
      expect(outcomes).toEqual([
        { kind: 'repeated', hasOtherToken: false },
        { kind: 'repeated', hasOtherToken: false },
        { kind: 'repeated', hasOtherToken: true },
        { kind: 'claimed', eventsStored: 0, isAgain: true },
      ]);
    });

    it('recognizes another reading of a text, and whether it was received before the stored one', async () => {
      const first = text();
      await store.claimText(first, signal);
      const cut = { ...first, reading: 'two', requestId: 'second' };
      expect(await store.claimText({ ...cut, receivedAt: at(2) }, signal)).toEqual({
        kind: 'other_reading',
        isEarlier: false,
      });
      expect(await store.claimText({ ...cut, receivedAt: at(0) }, signal)).toEqual({
        kind: 'other_reading',
        isEarlier: true,
      });
      // Two requests of the same millisecond have no order, so an operator must decide.
      expect(await store.claimText(cut, signal)).toEqual({ kind: 'other_reading', isEarlier: true });
      expect(await store.claimText(first, signal)).toEqual({ kind: 'claimed', eventsStored: 0, isAgain: true });
    });

    const orders = permutations(['queued', 'sending', 'sent', 'delivered', 'read']).filter(
      (_, index) => index % effort.everyOrder === 0,
    );

    it(`ends in read with five rows of history for ${orders.length} orders of queued, sending, sent, delivered, read`, async () => {
      const ends = await Promise.all(
        orders.map(async (order) => {
          const messageSid = nextMessageSid();
          const { signal: own } = new AbortController();
          for (const status of order) await store.storeStatus(callback(messageSid, status), own);
          const message = await store.readMessage(accountSid, messageSid);
          return `${message?.status ?? 'none'}, ${(await store.readHistory(accountSid, messageSid)).length} rows`;
        }),
      );
      expect(ends).toEqual(orders.map(() => 'read, 5 rows'));
    });

    it('gives the same items for every order of arrival, with duplicates, as if it had seen all at once', async () => {
      await fc.assert(
        fc.asyncProperty(
          deliveries('SM').chain((all) => fc.tuple(fc.constant(all), disordered(all))),
          async ([all, arrived]) => {
            const messageSid = nextMessageSid();
            const model = createInMemoryEventStore();
            for (const webhook of all) await deliver(model, { ...webhook, messageSid });
            for (const webhook of arrived) await deliver(store, { ...webhook, messageSid });
            expect(await store.readMessage(accountSid, messageSid)).toEqual(
              await model.readMessage(accountSid, messageSid),
            );
            expect(await store.readHistory(accountSid, messageSid)).toEqual(
              await model.readHistory(accountSid, messageSid),
            );
          },
        ),
        { numRuns: effort.numRuns },
      );
    });
  });
};

const permutations = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, index) =>
        permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
      );
