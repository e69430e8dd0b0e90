import type {
  EventStore,
  IncomingMessage,
  OptOut,
  OtherEvent,
  SignedText,
  StatusCallback,
} from '../../../lambda/consumer/ports';
import type { StoredEvent, StoredMessage, TestableEventStore } from './event-store-contract';

/**
 * What `EventStore` promises, said another way: it keeps every delivery and works out the items from all of them, so
 * the order in which they came cannot matter.
 */
export const createInMemoryEventStore = (): EventStore & TestableEventStore => {
  const messages = new Map<string, IncomingMessage[]>();
  const callbacks = new Map<string, StatusCallback[]>();
  const events = new Map<string, OtherEvent[]>();
  const optOuts = new Map<string, OptOut[]>();
  const texts = new Map<string, SignedText & { eventsStored: number }>();
  /** Every kind of place begins with the account. */
  const place = (accountSid: string, id: string) => `${accountSid} ${id}`;
  const statusId = ({ accountSid, messageSid, status, errorCode = '-' }: StatusCallback) =>
    place(accountSid, `${messageSid}#${status}#${errorCode}`);
  const add = <T>(map: Map<string, T[]>, key: string, value: T) => map.set(key, [...(map.get(key) ?? []), value]);

  const readMessage = (accountSid: string, messageSid: string): StoredMessage | undefined => {
    const incoming = messages.get(place(accountSid, messageSid)) ?? [];
    const statuses = callbacks.get(place(accountSid, messageSid)) ?? [];
    const origin = kept(incoming) ?? kept(statuses);
    if (origin === undefined) return undefined;
    const top = [...incoming, ...statuses]
      .filter(({ order }) => order !== undefined)
      .sort((a, b) => (b.order ?? 0) - (a.order ?? 0) || compare(a, b))[0];
    return {
      accountSid: origin.accountSid,
      direction: origin.kind === 'message' ? 'inbound' : 'outbound',
      from: origin.from,
      to: origin.to,
      receivedAt: origin.receivedAt,
      requestId: origin.requestId,
      ...(origin.via === undefined ? {} : { via: origin.via }),
      ...(origin.kind === 'message'
        ? {
            ...(origin.body === undefined ? {} : { body: origin.body }),
            media: origin.media,
            params: origin.params,
            query: origin.query,
            fallback: origin.fallback,
          }
        : {}),
      ...(top === undefined ? {} : { status: top.status, updatedAt: top.receivedAt }),
      ...(top?.kind === 'status' && top.errorCode !== undefined ? { errorCode: top.errorCode } : {}),
    };
  };

  return {
    claimText: (text) => {
      const key = place(text.accountSid, text.signedTextHash);
      const before = texts.get(key);
      if (before === undefined) {
        texts.set(key, { ...text, eventsStored: 0 });
        return Promise.resolve({ kind: 'claimed', eventsStored: 0 });
      }
      if (before.reading !== text.reading) {
        return Promise.resolve({ kind: 'other_reading', isEarlier: text.receivedAt <= before.receivedAt });
      }
      if (before.requestId === text.requestId) {
        return Promise.resolve({ kind: 'claimed', eventsStored: before.eventsStored, isAgain: true });
      }
      const [one, other] = [before.idempotencyToken, text.idempotencyToken];
      const hasOtherToken = one !== undefined && other !== undefined && one !== other;
      return Promise.resolve({ kind: 'repeated', hasOtherToken });
    },
    saveProgress: (text, eventsStored) => {
      const known = texts.get(place(text.accountSid, text.signedTextHash));
      if (known !== undefined) known.eventsStored = eventsStored;
      return Promise.resolve();
    },
    storeOptOut: (optOut) => {
      add(optOuts, place(optOut.accountSid, `${optOut.own} ${optOut.person}`), optOut);
      return Promise.resolve();
    },
    // Nobody reads one here.
    storeCanary: () => Promise.resolve(),
    storeMessage: (message) => {
      const key = place(message.accountSid, message.messageSid);
      const isFirst = !messages.has(key);
      add(messages, key, message);
      return Promise.resolve(isFirst ? 'stored' : 'duplicate');
    },
    storeStatus: (status) => {
      const key = place(status.accountSid, status.messageSid);
      const before = readMessage(status.accountSid, status.messageSid);
      const isFirst = !(callbacks.get(key) ?? []).some((callback) => statusId(callback) === statusId(status));
      add(callbacks, key, status);
      const earlier = before?.status === undefined ? {} : { earlierStatus: before.status };
      return Promise.resolve({ outcome: isFirst ? 'stored' : 'duplicate', ...earlier });
    },
    storeEvent: (event) => {
      const key = place(event.accountSid, event.eventId);
      const before = events.get(key) ?? [];
      const same = earliest(before.filter(({ contentHash }) => contentHash === event.contentHash));
      const hasOtherContent = before[0] !== undefined && before[0].contentHash !== event.contentHash;
      const isOurs = same === undefined || same.requestId === event.requestId;
      add(events, key, event);
      if (hasOtherContent && isOurs) return Promise.resolve('other_content');
      return Promise.resolve(same === undefined ? 'stored' : 'duplicate');
    },

    readOptOut: (accountSid, own, person) => {
      const all = optOuts.get(place(accountSid, `${own} ${person}`)) ?? [];
      const latest = [...all].sort((a, b) => compareText(b.changedAt + b.requestId, a.changedAt + a.requestId))[0];
      if (latest === undefined) return Promise.resolve(undefined);
      const { state, source, changedAt, messageSid, from, to } = latest;
      return Promise.resolve({ state, source, changedAt, messageSid, from, to });
    },
    readMessage: (accountSid, messageSid) => Promise.resolve(readMessage(accountSid, messageSid)),
    readHistory: (accountSid, messageSid) => {
      const rows = new Map<string, StatusCallback[]>();
      for (const row of callbacks.get(place(accountSid, messageSid)) ?? []) add(rows, statusId(row), row);
      const all = [...rows.values()].flatMap((deliveries) => kept(deliveries) ?? []);
      return Promise.resolve(
        all
          .map(({ status, errorCode, receivedAt, query, params, via }) => ({
            status,
            ...(errorCode === undefined ? {} : { errorCode }),
            receivedAt,
            query,
            params,
            ...(via === undefined ? {} : { via }),
          }))
          .sort((a, b) => (`${a.status}#${a.errorCode ?? '-'}` < `${b.status}#${b.errorCode ?? '-'}` ? -1 : 1)),
      );
    },
    readEvent: (accountSid, eventId, contentHash): Promise<StoredEvent | undefined> => {
      const all = events.get(place(accountSid, eventId)) ?? [];
      const [first] = all;
      const wanted = contentHash ?? first?.contentHash;
      const hasOtherContent = contentHash !== undefined && contentHash !== first?.contentHash;
      const event = earliest(all.filter((candidate) => candidate.contentHash === wanted));
      if (event === undefined || (contentHash !== undefined && !hasOtherContent)) return Promise.resolve(undefined);
      const { kind, receivedAt, query, route, type, source, reason, content } = event;
      return Promise.resolve({
        kind,
        accountSid: event.accountSid,
        receivedAt,
        query,
        route,
        ...(type === undefined ? {} : { type }),
        ...(source === undefined ? {} : { source }),
        ...(reason === undefined ? {} : { reason }),
        ...content,
      });
    },
  };
};

interface Received {
  readonly receivedAt: string;
  readonly requestId: string;
}

const compare = (a: Received, b: Received): number =>
  a.receivedAt === b.receivedAt ? (a.requestId < b.requestId ? -1 : 1) : a.receivedAt < b.receivedAt ? -1 : 1;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const earliest = <T extends Received>(deliveries: readonly T[]): T | undefined => [...deliveries].sort(compare)[0];

/** The earliest webhook, or else the earliest backfill. */
const kept = <T extends Received & { readonly via?: string }>(deliveries: readonly T[]): T | undefined =>
  earliest(deliveries.filter(({ via }) => via !== 'backfill')) ?? earliest(deliveries);
